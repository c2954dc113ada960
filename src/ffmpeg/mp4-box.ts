/** The header of an MP4 box. Pure. */

export interface BoxHead {
  readonly name: string
  /** 8, or 16 if the size is in the 64-bit field. */
  readonly headerBytes: number
  /** Size of the box including its header, as declared: 0 if it extends to the end of the file. */
  readonly bytes: number
}

/** Length of the longest header. */
export const BOX_HEAD_BYTES = 16

/**
 * @param bytes beginning at the box; a 64-bit size is read only if all 16 bytes are there
 * @returns undefined for fewer than 8 bytes
 */
export function readBoxHead(bytes: Buffer): BoxHead | undefined {
  if (bytes.length < 8) return undefined
  const name = bytes.toString('latin1', 4, 8)
  const size = bytes.readUInt32BE(0)
  return size === 1 && bytes.length >= BOX_HEAD_BYTES
    ? { name, headerBytes: BOX_HEAD_BYTES, bytes: Number(bytes.readBigUInt64BE(8)) }
    : { name, headerBytes: 8, bytes: size }
}
