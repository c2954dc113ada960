/** Matroska as a tree of elements, as far as breaking it needs. Pure. */

const OPENED = new Set([
  ...[
    '18538067',
    '1549a966',
    '1654ae6b',
    'ae',
    'e0',
    'e1',
    '55b0',
    '1f43b675',
    'a0',
    '1254c367',
    '7373',
    '67c8',
  ],
])

/** Ids by their names in the specification. */
export const ID = {
  segment: '18538067',
  info: '1549a966',
  tracks: '1654ae6b',
  entry: 'ae',
  video: 'e0',
  audio: 'e1',
  cluster: '1f43b675',
  timestamp: 'e7',
  simpleBlock: 'a3',
  tags: '1254c367',
  void: 'ec',
}

/** @returns {{id: string, body?: Buffer, elements?: object[], claims?: bigint}[]} `claims` is a size said instead */
export function readElements(bytes) {
  const elements = []
  let at = 0
  while (at < bytes.length) {
    const idBytes = lengthOf(bytes[at])
    const sizeBytes = lengthOf(bytes[at + idBytes])
    const start = at + idBytes + sizeBytes
    if (idBytes > 4 || sizeBytes > 8 || start > bytes.length) break
    const id = bytes.toString('hex', at, at + idBytes)
    const said = BigInt(`0x${bytes.toString('hex', at + idBytes, start)}`) ^ (1n << BigInt(7 * sizeBytes))
    const isUnknown = said === (1n << BigInt(7 * sizeBytes)) - 1n
    const end = isUnknown ? bytes.length : Math.min(bytes.length, start + Number(said))
    const body = bytes.subarray(start, end)
    elements.push(OPENED.has(id) ? { id, elements: readElements(body) } : { id, body: Buffer.from(body) })
    at = end
  }
  return elements
}

/** @returns {Buffer} every size in 8 bytes */
export function writeElements(elements) {
  return Buffer.concat(
    elements.flatMap(({ id, body, elements: inside, claims }) => {
      const data = inside ? writeElements(inside) : body
      const size = Buffer.alloc(8)
      size.writeBigUInt64BE((1n << 56n) | (claims ?? BigInt(data.length)))
      return [Buffer.from(id, 'hex'), size, data]
    }),
  )
}

/** All elements of an id, however deep. */
export function elementsOf(elements, id) {
  return elements.flatMap((one) => [
    ...(one.id === id ? [one] : []),
    ...(one.elements ? elementsOf(one.elements, id) : []),
  ])
}

/** An unsigned number in as many bytes as it needs. */
export function unsigned(id, value) {
  const hex = BigInt(value).toString(16)
  return { id, body: Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex') }
}

export function text(id, value) {
  return { id, body: Buffer.isBuffer(value) ? value : Buffer.from(value) }
}

/** Puts an element in place of those of its id, or behind the others. */
export function put(parent, element) {
  parent.elements = [...parent.elements.filter(({ id }) => id !== element.id), element]
}

/** Changes a recording that is Matroska by its elements; what is not stays. */
export function inElements(bytes, change) {
  if (bytes.toString('hex', 0, 4) !== '1a45dfa3') return bytes
  const elements = readElements(bytes)
  change(elements)
  return writeElements(elements)
}

/** Length of the number that begins with this byte: by the zeros before its first one. */
function lengthOf(first = 0) {
  return Math.clz32(first) - 23
}
