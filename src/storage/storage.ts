/** A bucket, whatever it is made of. Keys have no leading slash. One file per kind stands beside this one. */

export interface ObjectFacts {
  readonly bytes: number
  readonly etag?: string
}

export interface TransferOptions {
  readonly signal?: AbortSignal
  /** Called with the number of bytes that have moved since the last call. */
  readonly onBytes?: (bytes: number) => void
}

export interface Storage {
  /** The bucket in words, for messages: vendor and bucket, never a secret. */
  readonly name: string
  /** What is known of an object; undefined when there is none under that key. */
  stat(key: string, options?: TransferOptions): Promise<ObjectFacts | undefined>
  /**
   * Brings an object to this machine and says where its bytes lie now. A remote object is written to
   * `intoPath` by way of `intoPath.part`; a local one may be used where it is.
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
