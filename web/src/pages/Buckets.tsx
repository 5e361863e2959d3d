import { useState } from "react";
import { bucketKeys, checkBucketKey, removeBucketKey } from "../api/buckets";
import type { BucketChecked, BucketKey } from "../api/types";
import { ago, fullDate } from "../app/dates";
import { useLoaded } from "../app/useLoaded";
import { BucketKeyForm } from "./BucketKeyForm";
import { Confirm, FormDialog, saidOf, TextField, useSending } from "./Fields";
import { NotThere } from "./Problem";

const POLL_MS = 60_000;

type Open =
  | { readonly kind: "form"; readonly of: BucketKey | null }
  | { readonly kind: "check"; readonly of: BucketKey }
  | { readonly kind: "remove"; readonly of: BucketKey };

/** The keys by which attachments at s3:// and gs:// are fetched, for managers. */
export function Buckets() {
  const [loaded, reload] = useLoaded("buckets", (signal) => bucketKeys({ signal }), () => POLL_MS);
  const [open, setOpen] = useState<Open | null>(null);
  const [checks, setChecks] = useState<Readonly<Record<string, BucketChecked>>>({});
  const keys = loaded.kind === "there" ? loaded.value.bucket_keys : [];
  const onChecked = (address: string, check: BucketChecked) =>
    setChecks((known) => ({ ...known, [address]: check }));
  const close = () => setOpen(null);
  return (
    <div className="page">
      <div className="page-head">
        <h1>Buckets</h1>
        <button
          type="button"
          className="button primary"
          onClick={() => setOpen({ kind: "form", of: null })}
        >
          Add a key
        </button>
      </div>
      <p className="muted">
        Attachments at <code>s3://</code> and <code>gs://</code> are fetched with these keys, of live
        and test tasks alike. The key of the nearest folder is used.
      </p>
      <NotThere loaded={loaded} />
      {loaded.kind === "there" && loaded.stale && (
        <p className="note warn">The server cannot be reached; trying again.</p>
      )}
      {loaded.kind === "there" &&
        (keys.length > 0 ? (
          <KeyTable keys={keys} checks={checks} onOpen={setOpen} />
        ) : (
          <Empty />
        ))}
      {open?.kind === "form" && (
        <BucketKeyForm of={open.of} onChecked={onChecked} onKept={reload} onClose={close} />
      )}
      {open?.kind === "check" && (
        <CheckDialog of={open.of} onChecked={onChecked} onClose={close} />
      )}
      {open?.kind === "remove" && (
        <Confirm
          title="Remove the key"
          verb="Remove"
          isDangerous
          onConfirm={async () => {
            await removeBucketKey(open.of.address);
            reload();
          }}
          onClose={close}
        >
          <p>
            What lies in <strong>{open.of.address}</strong> can no longer be fetched. Tasks that came
            in before keep their copies.
          </p>
        </Confirm>
      )}
    </div>
  );
}

function Empty() {
  return (
    <div className="card empty">
      <h2>No keys yet</h2>
      <p>
        Give a key that may read your bucket, and tasks can name their frames, images and scene files
        as <code>s3://bucket/frame-0.json</code>. Nothing is ever written there.
      </p>
    </div>
  );
}

interface TableProps {
  readonly keys: readonly BucketKey[];
  readonly checks: Readonly<Record<string, BucketChecked>>;
  readonly onOpen: (open: Open) => void;
}

function KeyTable({ keys, checks, onOpen }: TableProps) {
  return (
    <div className="card">
      <table className="table wrap bucket-table">
        <thead>
          <tr>
            <th scope="col">Opens</th>
            <th scope="col">Asked at</th>
            <th scope="col">Key</th>
            <th scope="col">Given</th>
            <th scope="col">
              <span className="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((one) => (
            <tr key={one.address}>
              <td>
                <span className="mono">{one.address}</span>
                <Checked check={checks[one.address]} />
              </td>
              <td className="mono">
                {one.endpoint}
                <div className="muted">{one.region}</div>
              </td>
              <td className="mono">{one.key_id}</td>
              <td className="muted" title={fullDate(one.changed_at)}>
                {ago(one.changed_at)}
              </td>
              <td className="actions">
                {(["check", "form", "remove"] as const).map((kind) => (
                  <button
                    key={kind}
                    type="button"
                    className="button small"
                    aria-label={`${VERBS[kind]}: ${one.address}`}
                    onClick={() => onOpen({ kind, of: one })}
                  >
                    {VERBS[kind]}
                  </button>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const VERBS = { check: "Check", form: "Change", remove: "Remove" } as const;

function Checked({ check }: { readonly check: BucketChecked | undefined }) {
  if (check === undefined) return null;
  return (
    <p role="status" className={check.opens ? "note" : "note bad"}>
      {check.sentence}
    </p>
  );
}

interface CheckProps {
  readonly of: BucketKey;
  readonly onChecked: (address: string, check: BucketChecked) => void;
  readonly onClose: () => void;
}

function CheckDialog({ of, onChecked, onClose }: CheckProps) {
  const [file, setFile] = useState("");
  const sending = useSending(["file"]);
  const send = async () => {
    const done = await sending.send(async () =>
      onChecked(of.address, await checkBucketKey(of.address, file.trim())),
    );
    if (done) onClose();
  };
  return (
    <FormDialog
      title="Check the key"
      sending={sending}
      verb={sending.asking ? "Asking the bucket…" : "Check"}
      onSend={() => void send()}
      onClose={onClose}
    >
      <TextField
        label="A file that is there"
        value={file}
        onChange={setFile}
        placeholder={`${of.address}/frame-0.json`}
        problem={saidOf(sending.blame, "file")}
        hint="Without one, the bucket is asked for a file that it cannot have: that tells whether it takes the key."
      />
    </FormDialog>
  );
}
