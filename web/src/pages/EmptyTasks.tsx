import { useLocation } from "../app/router";
import { CopyText } from "./CopyText";

function snippet(origin: string): string {
  return `# pip install scaleapi
import scaleapi
from scaleapi.tasks import TaskType

client = scaleapi.ScaleClient("YOUR_API_KEY", api_instance_url="${origin}/v1")
task = client.create_task(
    TaskType.LidarAnnotation,
    attachment_type="json",
    attachments=["https://data.example/frame-0.json", "https://data.example/frame-1.json"],
    labels=["Car", "Pedestrian"],
    callback_url="https://example.com/done",
)
print(task.id)`;
}

export function EmptyTasks({ filtered }: { readonly filtered: boolean }) {
  const mode = useLocation().query.get("mode") === "test" ? "test" : "live";
  if (filtered) {
    return (
      <div className="card empty">
        <h2>No task matches</h2>
        <p>Choose another status or clear the project.</p>
      </div>
    );
  }
  return (
    <div className="card empty">
      <h2>No tasks yet</h2>
      <p>
        Tasks are made over the API. Make a key on the server, and send a scene with the official
        Python client:
      </p>
      <CopyText
        label="Command that makes a key"
        text={`.venv/bin/groundplane keys create --data data --mode ${mode}`}
      />
      <CopyText label="Python that makes a task" text={snippet(location.origin)} />
    </div>
  );
}
