/** Keys of buckets, for managers. They are of the live and the test world alike. */

import { getJson, type Options, postJson, putJson } from "./http";
import type { BucketChecked, BucketKeyList, GivenBucketKey } from "./types";

const KEYS = "/app/bucket-keys";

export function bucketKeys(options?: Options): Promise<BucketKeyList> {
  return getJson(KEYS, options);
}

/** In place of the key that the address had. */
export function keepBucketKey(given: GivenBucketKey): Promise<BucketKeyList> {
  return putJson(KEYS, given);
}

export function removeBucketKey(address: string): Promise<BucketKeyList> {
  return postJson(`${KEYS}/remove`, { address });
}

/** @param file the address of a file that is there; empty asks for one that is not. */
export function checkBucketKey(address: string, file = ""): Promise<BucketChecked> {
  return postJson(`${KEYS}/check`, { address, file });
}
