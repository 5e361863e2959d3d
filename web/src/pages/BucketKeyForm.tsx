import { useState } from "react";
import { checkBucketKey, keepBucketKey } from "../api/buckets";
import type { BucketChecked, BucketKey } from "../api/types";
import { FormDialog, saidOf, TextField, useSending } from "./Fields";

interface Props {
  /** The key to be replaced; null for a new one. */
  readonly of: BucketKey | null;
  readonly onChecked: (address: string, check: BucketChecked) => void;
  readonly onKept: () => void;
  readonly onClose: () => void;
}

/** A key is given whole each time: its secret is never shown again. It is kept, then checked. */
export function BucketKeyForm({ of, onChecked, onKept, onClose }: Props) {
  const [address, setAddress] = useState(of?.address ?? "s3://");
  const [endpoint, setEndpoint] = useState(of?.endpoint ?? "");
  const [region, setRegion] = useState(of?.region ?? "");
  const [keyId, setKeyId] = useState(of?.key_id ?? "");
  const [secret, setSecret] = useState("");
  const sending = useSending(["address", "endpoint", "region", "key_id", "secret"]);
  const said = (field: string) => saidOf(sending.blame, field);
  const isGoogle = address.trim().toLowerCase().startsWith("gs:");
  const send = async () => {
    const opened = address.trim().replace(/\/+$/, "");
    const done = await sending.send(async () => {
      await keepBucketKey({ address: opened, endpoint, region, key_id: keyId, secret });
      onKept();
      onChecked(opened, await checkBucketKey(opened));
    });
    if (done) onClose();
  };
  return (
    <FormDialog
      title={of === null ? "Add a key" : "Change the key"}
      size="medium"
      sending={sending}
      verb={sending.asking ? "Asking the bucket…" : "Keep and check"}
      onSend={() => void send()}
      onClose={onClose}
    >
      <TextField
        label="Bucket or folder"
        value={address}
        onChange={setAddress}
        problem={said("address")}
        hint="s3://bucket, gs://bucket, or a folder in one: the key opens what lies below."
      />
      <TextField
        label="Endpoint"
        value={endpoint}
        onChange={setEndpoint}
        placeholder={isGoogle ? "https://storage.googleapis.com" : "Amazon’s own"}
        problem={said("endpoint")}
        hint="Of another server that speaks S3, like https://storage.example.com. Private addresses must be in GROUNDPLANE_FETCH_ALLOW."
      />
      {!isGoogle && (
        <TextField
          label="Region"
          value={region}
          onChange={setRegion}
          placeholder="us-east-1"
          problem={said("region")}
        />
      )}
      <TextField
        label={isGoogle ? "HMAC key’s id" : "Access key’s id"}
        value={keyId}
        onChange={setKeyId}
        problem={said("key_id")}
        hint={isGoogle ? "Leave it empty for a service account." : undefined}
      />
      <TextField
        label={isGoogle ? "Its secret, or a service account’s key file" : "Its secret"}
        {...(isGoogle ? { rows: 4 } : {})}
        value={secret}
        onChange={setSecret}
        problem={said("secret")}
        hint="Kept sealed, and never shown again. A key that may only read is best."
      />
    </FormDialog>
  );
}
