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

/** How to make a task with the official client, with this server's own address in it. */
export function ClientSnippet() {
  const mode = useLocation().query.get("mode") === "test" ? "test" : "live";
  return (
    <>
      <p>Make a key on the server, which prints it once:</p>
      <CopyText
        label="Command that makes a key"
        text={`.venv/bin/groundplane keys create --data data --mode ${mode}`}
      />
      <p>Then send a scene with the official Python client:</p>
      <CopyText label="Python that makes a task" text={snippet(location.origin)} />
    </>
  );
}
