/** A bucket, whatever it is made of. Keys have no leading slash. One file per kind stands beside this one. */
import type { NetworkRules } from '../network/rules.ts'
import type { Trust } from './trusted-endpoint.ts'

/** How patient a remote bucket is with its service, and what that may have; from `conf/`. */
export interface StorageSettings extends Trust {
  /** For one connection to be made. */
  readonly connectTimeoutMs: number
  /** For an answer to begin, and for how long a connection may stay silent while bytes should move. */
  readonly requestTimeoutMs: number
  /** How often one request is sent in all, and how often in a row a broken download is taken up again; 1 or more. */
  readonly attempts: number
  /** Pause before the second attempt. Each later one doubles it, up to `maxBackoffMs`; chance takes up to half off. */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /**
   * A download that brings less than this over `requestTimeoutMs` is cut and taken up again, and no transfer may take
   * longer than at this rate; 0: neither.
   */
  readonly minBytesPerSecond: number
  /** Whether the proxies that the environment names are used. */
  readonly proxy: boolean
  /** What fetching leaves free on the disk that it brings objects to. */
  readonly leaveFreeMb: number
  /** Folders in one of which a local bucket must lie; none: anywhere. */
  readonly localRoots: readonly string[]
  /** Of files put into a local bucket, in octal digits; "" leaves it to the umask. */
  readonly fileMode: string
  /** What may be reached. */
  readonly network: NetworkRules
}

/** Where a bucket notes that it had to try again; the job's log is one. */
export interface StorageLog {
  warn(facts: object, message: string): void
}

export interface ObjectFacts {
  readonly bytes: number
  /** Changes when the object is replaced: its ETag, or size and time of a file. The same text for the same version. */
  readonly version: string
}

/** An object as it was found under a key. */
export interface Found extends ObjectFacts {
  /** As the service wrote it, for it to compare. */
  readonly etag?: string
}

export interface TransferOptions {
  /** Ends the transfer, which then throws the signal's reason as it is. */
  readonly signal?: AbortSignal
  /** An object that has more is refused before any of it is fetched; no limit where nothing is said. */
  readonly maxBytes?: number
  /**
   * Called with the number of bytes that have moved since the last call; those that an earlier run had brought are
   * counted in, and it is negative when a transfer starts over.
   */
  readonly onBytes?: (bytes: number) => void
}

/** An object brought to this machine. */
export interface Fetched extends ObjectFacts {
  readonly path: string
  /** As `Storage.identify` says it. */
  readonly identity: string
}

/** How a file is put into a bucket. */
export interface PutOptions extends TransferOptions {
  /**
   * What was there when it was last looked: null for nothing. Where the service can compare, it takes the file only
   * while that is so. Absent: whatever is there is replaced.
   */
  readonly replaces?: Found | null
}

/** The right to put a file under a key, which no other process has at the same time. */
export interface Claim {
  /** Whether it still holds: that of a process which stood still for long goes to the next one. */
  readonly isHeld: () => Promise<boolean>
  readonly release: () => Promise<void>
}

/** Who claims a key. */
export interface Claimant {
  readonly jobId: string
  /** A folder of this machine for claims on buckets that cannot hold them. It exists. */
  readonly folder: string
}

/** A file put into a bucket, as it lies there now. */
export interface Stored extends ObjectFacts {
  /** Where the bucket is a folder. */
  readonly path?: string
}

export interface Storage {
  /** The bucket in words, for messages: vendor and bucket, never a secret. */
  readonly name: string
  /** What is known of an object; undefined when there is none under that key. */
  stat(key: string, options?: TransferOptions): Promise<Found | undefined>
  /**
   * Brings an object to this machine and says where its bytes lie now. A local one is used where it is. A remote one
   * is written to `intoPath`, in a folder that exists, by way of `intoPath.part`, with its version noted in
   * `intoPath.version.json`. A fetch that fails, is stopped or killed leaves those two, and the next one goes on
   * from there; it moves nothing when `intoPath` is whole. Either only while the bucket has the same version.
   * @throws JobError `objectMissing`, `objectTooLarge` and the like, each naming bucket and key.
   */
  fetch(key: string, intoPath: string, options?: TransferOptions): Promise<Fetched>
  /** The whole of a small text object, undefined when there is none; refused above `maxBytes`. */
  readText(key: string, maxBytes: number, options?: TransferOptions): Promise<string | undefined>
  /**
   * What tells the bytes under a key from those that were there before, however alike the two are; undefined where
   * there are none. For comparing within days: of a file it changes with its mode, too.
   */
  identify(key: string, options?: TransferOptions): Promise<string | undefined>
  /**
   * Keys of some of the bucket's objects, in no particular order. Of a folder no more than `most` are looked at, those
   * in folders below it included; of one on the network, no more than `most` in the folder of `near` and as many in the
   * whole bucket.
   * @throws JobError where the bucket may not be listed, which those who may read its objects need not be allowed to
   */
  list(most: number, options: TransferOptions & { readonly near: string }): Promise<readonly string[]>
  /**
   * Puts a finished file under `key` so that it appears whole or not at all, and checks what arrived: its length, and
   * its content where the service tells a hash of it. What a put that was killed has left in the bucket, noted beside
   * the file, is taken away first.
   * @throws JobError `outputReplaced` where something else is there than `replaces` says
   */
  put(key: string, fromPath: string, options?: PutOptions): Promise<Stored>
  /**
   * Finds out before there is anything to put whether something can be put under a key, as far as it can be told
   * without leaving anything in the bucket. A service is asked to begin an upload in parts, which is ended at once.
   * @param options.isLook nothing is asked for that changes anything, if only for a moment
   * @throws JobError as `put` does
   */
  refuseUnusable(key: string, options: TransferOptions & { readonly isLook: boolean }): Promise<void>
  /**
   * Claims a key for the time that its file is being made. In a folder all who use it see the claim; of a bucket on the
   * network, those with the same `by.folder`.
   * @throws JobError `outputClaimed` where a living process has it; as `put` does
   */
  claim(key: string, by: Claimant): Promise<Claim>
  /** Takes an object away; there need not be one. */
  remove(key: string, options?: TransferOptions): Promise<void>
  /** Ends connections. */
  close(): void
}
