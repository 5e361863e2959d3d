import { useCallback, useEffect, useState } from "react";
import { useStore } from "zustand";
import { keepViewpoint } from "../app/editor/keepViewpoint";
import { followFrames, ImageCache } from "../app/editor/images";
import { Stage } from "../app/editor/stage";
import { Link } from "../app/Link";
import { openNext } from "../app/nextTask";
import { useAsking } from "../app/useAsking";
import { Banners } from "./Banners";
import { BatchView } from "./BatchView";
import { CameraStrip, LargeCamera, NoCameras, PopOutCameras } from "./Cameras";
import { Checks } from "./Checks";
import { CommandPalette } from "./CommandPalette";
import { DemoAnswer } from "./DemoAnswer";
import { Dock } from "./Dock";
import { FixDialog, type FixEnd } from "./FixDialog";
import { HelpDialog } from "./HelpDialog";
import { History } from "./History";
import { Inspector } from "./Inspector";
import { Instructions } from "./Instructions";
import { LabelGuide } from "./LabelGuide";
import { KeysDialog } from "./KeysDialog";
import { LabelPalette, ObjectList } from "./ObjectList";
import { PanelsDialog } from "./PanelsDialog";
import { RefusedDialog } from "./RefusedDialog";
import { SceneStatus } from "./SceneStatus";
import { CannotDraw, GraphicsLost } from "./SceneTrouble";
import { SubmitDialog } from "./SubmitDialog";
import { Timeline } from "./Timeline";
import { Tour } from "./Tour";
import { TopBar } from "./TopBar";
import { useDocument, useEditor, useView } from "./useEditor";
import { VerdictDialog } from "./VerdictDialog";

/** The editor: everything around the 3D view. */
export function Workbench() {
  const { editor } = useEditor();
  const [stage, setStage] = useState<Stage | null>(null);
  const [problem, setProblem] = useState<{ readonly error: unknown } | null>(null);
  const [end, setEnd] = useState<End | null>(null);
  const [images] = useState(() => new ImageCache(editor.work.urls));
  const help = useView((view) => view.help);
  const palette = useView((view) => view.palette);
  const choosingKeys = useView((view) => view.choosingKeys);
  const submitting = useView((view) => view.submitting);
  const refusedList = useView((view) => view.refusedList);
  const arranging = useView((view) => view.arranging);
  const batch = useView((view) => view.batch);

  const attach = useCallback(
    (host: HTMLDivElement) => {
      try {
        const made = new Stage(host, editor);
        const forget = keepViewpoint(editor, made);
        setStage(made);
        return () => {
          forget();
          made.dispose();
        };
      } catch (error) {
        setProblem({ error });
        return undefined;
      }
    },
    [editor],
  );
  useEffect(() => followFrames(editor, images), [editor, images]);
  useEffect(() => () => images.clear(), [images]);

  if (end !== null) return <Done end={end} />;
  return (
    <div className="workbench">
      <TopBar />
      <Dock>
        {{
          labels: (
            <aside className="side" aria-label="Labels and objects">
              <LabelPalette />
              <ObjectList />
            </aside>
          ),
          scene: (
            <div className="scene" ref={attach}>
              <Banners stage={stage} />
              {problem !== null && <CannotDraw error={problem.error} />}
              {stage !== null && <GraphicsLost stage={stage} />}
              {stage !== null && <SceneStatus stage={stage} />}
            </div>
          ),
          camera: stage !== null && <LargeCamera images={images} />,
          cameras: stage !== null && <CameraStrip images={images} />,
          inspector: (
            <aside className="side scrolls" aria-label="Selected object">
              <Inspector />
            </aside>
          ),
          instructions: <Instructions />,
          history: <History />,
          guide: <LabelGuide />,
          checks: stage !== null && <Checks stage={stage} />,
        }}
      </Dock>
      {stage !== null && batch && <BatchView stage={stage} />}
      {stage !== null && <Looking stage={stage} />}
      {stage !== null && <PopOutCameras images={images} />}
      {editor.work.scene.cameras.length === 0 && <NoCameras />}
      <Timeline />
      {!batch && <Tour />}
      {help && <HelpDialog />}
      {palette && <CommandPalette />}
      {choosingKeys && <KeysDialog />}
      {arranging && <PanelsDialog />}
      {submitting &&
        (editor.work.fixing ? (
          <FixDialog onDone={setEnd} />
        ) : editor.work.in_review ? (
          <VerdictDialog onDone={() => setEnd("reviewed")} />
        ) : (
          <SubmitDialog onDone={() => setEnd("submitted")} />
        ))}
      {refusedList && <RefusedDialog />}
    </div>
  );
}

/** Told when nothing has changed for this long: while frames go by nothing is looked for. */
const AT_REST_MS = 400;

/** What may be wrong is looked for whenever a hand or time has come to rest. */
function Looking({ stage }: { readonly stage: Stage }) {
  const { editor } = useEditor();
  const { document } = useDocument();
  const frameIndex = useView((view) => view.frameIndex);
  const hidden = useView((view) => view.hidden);
  const ready = useStore(stage.status, (status) => status.ready);
  // The frames beside tell which way a thing goes; of the others nothing is looked at.
  const decoded = useStore(editor.decoded, () => [-1, 1].filter((step) => stage.isDecoded(frameIndex + step)).join());
  useEffect(() => {
    if (!ready) return undefined;
    const timer = setTimeout(() => void editor.openPlaces.look(stage), AT_REST_MS);
    return () => {
      clearTimeout(timer);
      editor.openPlaces.stop();
    };
  }, [editor, stage, document, frameIndex, hidden, ready, decoded]);
  return null;
}

type End = "submitted" | "reviewed" | FixEnd;

const SAID: Readonly<Record<End, readonly [string, string]>> = {
  submitted: ["Submitted", "The task is handed in. It goes to a reviewer, or straight to the customer."],
  reviewed: ["Reviewed", "Your verdict is kept."],
  fixed: ["Fixed", "The fix is delivered, and the customer is called back."],
  discarded: ["Discarded", "The labels are what was delivered again."],
};

function Done({ end }: { readonly end: End }) {
  const { editor } = useEditor();
  const { problem, ask } = useAsking("The server did not answer.");
  const taskId = editor.work.task_id;
  const wasReview = end !== "submitted";
  const [title, sentence] = SAID[end];
  const next = () =>
    ask(async () => {
      const isOpened = await openNext(wasReview ? "review" : "label");
      if (!isOpened) throw new Error("Nothing else waits for you now.");
    });
  return (
    <div className="centre">
      <div className="card empty">
        <h1>{title}</h1>
        <p>{sentence}</p>
        {!editor.work.fixing && <DemoAnswer />}
        {problem !== null && (
          <p role="status" className="note">
            {problem}
          </p>
        )}
        <div className="filters">
          <Link to={`/tasks/${taskId}`} className="button">
            Task page
          </Link>
          <Link to={wasReview ? "/review" : "/queue"} className="button">
            {wasReview ? "Review" : "My queue"}
          </Link>
          <button type="button" className="button primary" onClick={() => void next()}>
            {wasReview ? "Review next" : "Next task"}
          </button>
        </div>
      </div>
    </div>
  );
}
