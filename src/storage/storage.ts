/** A bucket of any kind. Keys have no leading slash. Each kind has its own file in this folder. */
import type { NetworkRules } from '../network/rules.ts'
import type { Trust } from './trusted-endpoint.ts'

/** Timeouts, retries and access rules of buckets; from `conf/`. */
export interface StorageSettings extends Trust {
  /** For establishing one connection. */
  readonly connectTimeoutMs: number
  /** For a response to begin, and the longest a connection may be silent during a transfer. */
  readonly requestTimeoutMs: number
  /** Total attempts per request, and consecutive resumptions of a broken download; 1 or more. */
  readonly attempts: number
  /**
   * Pause before the second attempt. Doubles for each later one up to `maxBackoffMs`; randomly reduced by up to half.
   */
  readonly backoffMs: number
  readonly maxBackoffMs: number
  /**
   * A download that is slower than this over `requestTimeoutMs` is cut and resumed, and no transfer may take longer
   * than at this rate; 0 disables both.
   */
  readonly minBytesPerSecond: number
  /** Whether proxies named in the environment are used. */
  readonly proxy: boolean
  /** Disk space that downloads leave free. */
  readonly leaveFreeMb: number
  /** A local bucket must lie in one of these folders; if empty, it may be anywhere. */
  readonly localRoots: readonly string[]
  /** Mode of files put into a local bucket, in octal digits; "" leaves it to the umask. */
  readonly fileMode: string
  /** Which addresses may be reached. */
  readonly network: NetworkRules
}

/** Receives a bucket's warnings about retries, for example the job's log. */
export interface StorageLog {
  warn(facts: object, message: string): void
}

export interface ObjectFacts {
  readonly bytes: number
  /** Changes when the object is replaced: its ETag, or the size and time of a file. Equal for the same version. */
  readonly version: string
}

/** An object found under a key. */
export interface Found extends ObjectFacts {
  /** As sent by the service, for conditional writes. */
  readonly etag?: string | undefined
}

export interface TransferOptions {
  /** Aborts the transfer, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** A larger object is rejected before any of it is fetched; no limit if absent. */
  readonly maxBytes?: number
  /**
   * Called with the number of bytes transferred since the last call, including those from an earlier run; negative when
   * a transfer starts over.
   */
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/** An object fetched to this machine. */
export interface Fetched extends ObjectFacts {
  readonly path: string
  /** As returned by `Storage.identify`. */
  readonly identity: string
}

/** How a file is put into a bucket. */
export interface PutOptions extends TransferOptions {
  /**
   * What was there when it was last checked: null for nothing. If the service supports conditional writes, it stores
   * the file only if that is still so. Absent: an existing object is replaced.
   */
  readonly replaces?: Found | null
}

/** The exclusive right to put a file under a key. */
export interface Claim {
  /** Whether the claim still holds. A process that was suspended for long loses its claim to the next one. */
  readonly isHeld: () => Promise<boolean>
  readonly release: () => Promise<void>
}

/** Who claims a key. */
export interface Claimant {
  readonly jobId: string
  /** An existing folder of this machine, for claims on buckets that cannot hold them. */
  readonly folder: string
}

/** A file as stored in a bucket. */
export interface Stored extends ObjectFacts {
  /** Only if the bucket is a folder. */
  readonly path?: string
}

export interface Storage {
  /** Description of the bucket for messages: vendor and name, never a secret. */
  readonly name: string
  /** Returns what is known of an object; undefined if there is none under that key. */
  stat(key: string, options?: TransferOptions): Promise<Found | undefined>
  /**
   * Fetches an object to this machine and returns where its bytes are. A local object is used in place. A remote object
   * is written to `intoPath`, in an existing folder, by way of `intoPath.part`, with its version recorded in
   * `intoPath.version.json`. A fetch that fails, is stopped or is killed leaves those two files, and the next one
   * resumes from there; it transfers nothing if `intoPath` is complete. Both only while the bucket has the same
   * version.
   * @throws JobError `objectMissing`, `objectTooLarge` and others, each naming bucket and key
   */
  fetch(key: string, intoPath: string, options?: TransferOptions): Promise<Fetched>
  /** Returns the whole of a small text object; undefined if there is none. Throws if it exceeds `maxBytes`. */
  readText(key: string, maxBytes: number, options?: TransferOptions): Promise<string | undefined>
  /**
   * Returns an identity that differs whenever the bytes under a key have been replaced, even by similar ones; undefined
   * if there are none. Comparable for days only: for a local file it also changes with the mode.
   */
  identify(key: string, options?: TransferOptions): Promise<string | undefined>
  /**
   * Returns some of the bucket's keys, in no particular order. A local folder is searched recursively, at most `most`
   * entries. A remote bucket returns at most `most` keys from the folder of `near`, and as many from the whole bucket.
   * @throws JobError if listing is not permitted, which reading objects does not require
   */
  list(most: number, options: TransferOptions & { readonly near: string }): Promise<readonly string[]>
  /**
   * Returns the keys below a folder of the bucket.
   * @param folder ends in "/"
   * @throws JobError if listing is not permitted
   */
  keysBelow(folder: string, options?: TransferOptions): Promise<readonly string[]>
  /**
   * Puts a finished file under `key` atomically, then verifies its length and, if the service reports a hash, its
   * content. First removes what a killed put left in the bucket, as recorded next to the file.
   * @throws JobError `outputReplaced` if what is there differs from `replaces`
   */
  put(key: string, fromPath: string, options?: PutOptions): Promise<Stored>
  /**
   * Checks in advance whether a key can be written, as far as possible without leaving anything in the bucket. On a
   * service, starts a multipart upload and aborts it at once.
   * @param options.isLook sends no request that changes anything, even temporarily
   * @throws JobError as `put` does
   */
  refuseUnusable(key: string, options: TransferOptions & { readonly isLook: boolean }): Promise<void>
  /**
   * Claims a key while its file is being made. For a local folder every process that uses it sees the claim; for a
   * remote bucket, only processes with the same `by.folder`.
   * @throws JobError `outputClaimed` if a living process holds it; as `put` does
   */
  claim(key: string, by: Claimant): Promise<Claim>
  /**
   * Returns a signed link with which anybody can fetch an object for `seconds`. Absent for a folder. Sends nothing to the
   * bucket.
   */
  link?(key: string, seconds: number): Promise<string>
  /** Removes an object if it exists. */
  remove(key: string, options?: TransferOptions): Promise<void>
  /** Closes connections. */
  close(): void
}
