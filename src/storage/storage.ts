/** A bucket, whatever it is made of. Keys have no leading slash. One file per kind stands beside this one. */

/** How patient a remote bucket is with its service; from `conf/`. */
export interface StorageSettings {
  /** For one connection to be made. */
  readonly connectTimeoutMs: number
  /** For an answer to begin, and for how long a connection may stay silent while bytes should move. */
  readonly requestTimeoutMs: number
  /** How often one request is sent in all, and how often in a row a broken download is taken up again; 1 or more. */
  readonly attempts: number
}

export interface ObjectFacts {
  readonly bytes: number
  readonly etag?: string
}

export interface TransferOptions {
  /** Ends the transfer, which then throws the signal's reason as it is. */
  readonly signal?: AbortSignal
  /** Called with the number of bytes that have moved since the last call; negative when a fetch starts over. */
  readonly onBytes?: (bytes: number) => void
}

export interface Storage {
  /** The bucket in words, for messages: vendor and bucket, never a secret. */
  readonly name: string
  /** What is known of an object; undefined when there is none under that key. */
  stat(key: string, options?: TransferOptions): Promise<ObjectFacts | undefined>
  /**
   * Brings an object to this machine and says where its bytes lie now. A remote object is written to
   * `intoPath` by way of `intoPath.part`, in a folder that exists; a local one is used where it is.
   * @throws JobError `objectMissing` and the like, each naming bucket and key.
   */
  fetch(key: string, intoPath: string, options?: TransferOptions): Promise<{ path: string; bytes: number }>
  /** The whole of a small text object, undefined when there is none; refused above `maxBytes`. */
  readText(key: string, maxBytes: number, options?: TransferOptions): Promise<string | undefined>
  /**
   * Puts a finished file under `key` so that it appears whole or not at all, and checks what arrived.
   * @returns the length that arrived, and the file's path where the bucket is a folder.
   */
  put(key: string, fromPath: string, options?: TransferOptions): Promise<{ bytes: number; path?: string }>
  /** Ends connections. */
  close(): void
}
