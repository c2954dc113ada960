/** MP4 files of a few kilobytes whose tables claim what their bytes do not hold. */

/** A box: its length, its name, what is in it. */
function box(name: string, ...parts: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(8)
  const body = Buffer.concat(parts)
  head.writeUInt32BE(body.length + 8)
  head.write(name, 4, 'latin1')
  return Buffer.concat([head, body])
}

/** A box with flags, of 32-bit numbers and whatever follows them. */
const table = (name: string, flags: number, words: readonly number[], ...rest: readonly Uint8Array[]) =>
  box(name, numbers(flags, ...words), ...rest)

function numbers(...words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * words.length)
  words.forEach((word, i) => bytes.writeUInt32BE(word >>> 0, 4 * i))
  return bytes
}

const MATRIX = numbers(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)

/** AAC of 2 channels at 48 kHz. */
function aac(): Buffer {
  const decoder = Buffer.from('4015000000' + '0001f400'.repeat(2) + '05021190', 'hex')
  const descriptor = Buffer.concat([
    Buffer.from([3, 3 + 2 + decoder.length + 3, 0, 1, 0, 4, decoder.length]),
    decoder,
    Buffer.from([6, 1, 2]),
  ])
  const format = Buffer.from('0002001000000000' + 'bb800000', 'hex')
  return box(
    'mp4a',
    Buffer.from('0000000000000001', 'hex'),
    Buffer.alloc(8),
    format,
    table('esds', 0, [], descriptor),
  )
}

/**
 * A sound track whose tables claim `samples` samples of one byte.
 * @param edits entries of its edit list: length in time units, and where it starts
 * @param bytes of sound that are really there
 */
export function claimingMp4(options: {
  samples: number
  bytes?: number
  edits?: readonly (readonly [length: number, start: number])[]
}): Buffer {
  const { samples, bytes = 1000, edits = [] } = options
  const rate = 48_000
  const list = edits.flatMap(([length, start]) => [length, start, 0x10000])
  const edit = edits.length > 0 ? [box('edts', table('elst', 0, [edits.length, ...list]))] : []
  const build = (offset: number) =>
    Buffer.concat([
      box('ftyp', Buffer.from('isom'), numbers(512), Buffer.from('isomiso2mp41')),
      box(
        'moov',
        table('mvhd', 0, [0, 0, rate, 0, 0x10000, 0x1000000, 0, 0], MATRIX, Buffer.alloc(24), numbers(3)),
        box(
          'trak',
          table('tkhd', 7, [0, 0, 1, 0, 0, 0, 0, 0, 0x1000000], MATRIX, Buffer.alloc(8)),
          ...edit,
          box(
            'mdia',
            table('mdhd', 0, [0, 0, rate, 0, 0x55c40000]),
            table('hdlr', 0, [0], Buffer.from('soun'), Buffer.alloc(13)),
            box(
              'minf',
              table('smhd', 0, [0]),
              box('dinf', table('dref', 0, [1], table('url ', 1, []))),
              box(
                'stbl',
                table('stsd', 0, [1], aac()),
                table('stts', 0, [1, samples, 1024]),
                table('stsc', 0, [1, 1, samples, 1]),
                table('stsz', 0, [1, samples]),
                table('stco', 0, [1, offset]),
              ),
            ),
          ),
        ),
      ),
    ])
  return Buffer.concat([build(build(0).length + 8), box('mdat', Buffer.alloc(bytes))])
}
