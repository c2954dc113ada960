/** MP4 as a tree of boxes, as far as breaking it needs: what is inside a box that is not opened stays bytes. Pure. */

const PLAIN = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'edts', 'dinf', 'mvex', 'moof', 'traf', 'udta', 'mfra']
/** Boxes that hold boxes, and how many bytes of their own stand before those. */
const OPENED = new Map([...PLAIN.map((name) => [name, 0]), ['stsd', 8], ['avc1', 78], ['mp4a', 28]])

const NOTHING = Buffer.alloc(0)

/**
 * @param {Buffer} bytes
 * @returns {{name: string, body?: Buffer, boxes?: object[], head?: Buffer, claims?: number}[]} `head` stands before
 *   the boxes inside, `claims` is a size that a box is to say instead of its own
 */
export function readBoxes(bytes) {
  const boxes = []
  let at = 0
  while (at + 8 <= bytes.length) {
    const said = bytes.readUInt32BE(at)
    const name = bytes.toString('latin1', at + 4, at + 8)
    const end = said < 8 ? bytes.length : Math.min(bytes.length, at + said)
    const body = bytes.subarray(at + 8, end)
    const own = OPENED.get(name)
    boxes.push(
      own === undefined || body.length < own
        ? { name, body: Buffer.from(body) }
        : { name, head: Buffer.from(body.subarray(0, own)), boxes: readBoxes(body.subarray(own)) },
    )
    at = end
  }
  return boxes
}

/** @returns {Buffer} */
export function writeBoxes(boxes) {
  return Buffer.concat(
    boxes.flatMap((box) => {
      const body = box.boxes ? Buffer.concat([box.head ?? NOTHING, writeBoxes(box.boxes)]) : box.body
      const head = Buffer.alloc(8)
      head.writeUInt32BE((box.claims ?? body.length + 8) >>> 0)
      head.write(box.name, 4, 'latin1')
      return [head, body]
    }),
  )
}

/** All boxes of a name, however deep. */
export function boxesNamed(boxes, name) {
  return boxes.flatMap((box) => [
    ...(box.name === name ? [box] : []),
    ...(box.boxes ? boxesNamed(box.boxes, name) : []),
  ])
}

/** A box with flags (its version is their highest byte) and 32-bit numbers. */
export function table(name, flags, words, ...rest) {
  return { name, body: Buffer.concat([words32(flags, ...words), ...rest]) }
}

/** 32-bit numbers one after another. */
export function words32(...words) {
  const bytes = Buffer.alloc(4 * words.length)
  words.forEach((word, i) => bytes.writeUInt32BE(Number(word) >>> 0, 4 * i))
  return bytes
}

/** @param {bigint} value of 64 bits, negative ones too */
export function word64(value) {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value))
  return bytes
}

/** Changes a recording that is an MP4 by its boxes; what is no MP4 stays. */
export function inBoxes(bytes, change) {
  if (bytes.toString('latin1', 4, 8) !== 'ftyp') return bytes
  const boxes = readBoxes(bytes)
  change(boxes)
  return writeBoxes(boxes)
}
