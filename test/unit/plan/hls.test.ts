import { describe, expect, it } from 'vitest'
import { masterPlaylist, segmentsOf } from '../../../src/plan/hls.ts'
import { makeCanvas } from '../../harness/builders.ts'

const PLAYLIST = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-MAP:URI="init.mp4"
#EXTINF:6.500000,
00000.m4s
#EXTINF:1.500000,
00001.m4s
#EXT-X-ENDLIST
`
const SEGMENTS = segmentsOf(PLAYLIST).map((one, i) => ({ ...one, bytes: [6500, 3000][i] ?? 0 }))
const init = (...parts: (string | number[])[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  )

const streamLine = (bytes: Uint8Array) =>
  masterPlaylist({ init: bytes, segments: SEGMENTS, canvas: makeCanvas(), playlist: 'index.m3u8' }).split(
    '\n',
  )[3]

describe('the HLS master playlist', () => {
  it('reads what the media playlist lists', () => {
    expect(segmentsOf(PLAYLIST)).toEqual([
      { name: '00000.m4s', seconds: 6.5 },
      { name: '00001.m4s', seconds: 1.5 },
    ])
  })

  it('says the highest and the average bit rate, and what is inside', () => {
    const bytes = init('....moov..avcC', [1, 0x64, 0, 0x1f, 0xff], '....mp4a....')
    expect(
      masterPlaylist({ init: bytes, segments: SEGMENTS, canvas: makeCanvas(), playlist: 'index.m3u8' }),
    ).toBe(
      `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=16000,AVERAGE-BANDWIDTH=9500,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=10.000
index.m3u8
`,
    )
  })

  it('of a picture or a sound alone', () => {
    expect(streamLine(init('avcC', [1, 0x42, 0xc0, 0x0d]))).toContain(
      'CODECS="avc1.42c00d",RESOLUTION=640x360',
    )
    expect(streamLine(init('..mp4a..'))).toMatch(/CODECS="mp4a\.40\.2"$/)
  })
})
