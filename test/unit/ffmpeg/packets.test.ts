import { describe, expect, it } from 'vitest'
import { PacketReader } from '../../../src/ffmpeg/packets.ts'
import { asSums } from '../../harness/framecrc.ts'
import type { Pictures } from '../../../src/ffmpeg/pictures.ts'

const PICTURES: Pictures = {
  sizes: [{ fromMs: 0, width: 64, height: 48 }],
  pixelAspect: 1,
  rotation: 0,
  colour: { matrix: 'bt601', range: 'limited' },
}

/** The header of a recording with a picture and sound, as ffmpeg prints it. */
const HEADER = `
#extradata 0:       45, 0x2ba70e26
#software: Lavf59.27.100
#tb 0: 1/10240
#media_type 0: video
#codec_id 0: h264
#dimensions 0: 64x48
#sar 0: 1/1
#tb 1: 1/44100
#media_type 1: audio
#codec_id 1: aac
#sample_rate 1: 44100
#channel_layout_name 1: mono`

function read(...texts: readonly string[]): PacketReader {
  const reader = new PacketReader()
  for (const line of asSums(texts.join('\n').split('\n'))) reader.line(line)
  return reader
}

/** Packets of 1/1000 s: times in ms, a keyframe where one is written with `!`. */
function camera(...packets: readonly string[]): PacketReader {
  return read(
    '#tb 0: 1/1000\n#media_type 0: video\n#codec_id 0: vp8',
    ...packets.map((packet) => {
      const [time, durationMs = '33'] = packet.replace('!', '').split('+')
      return `0,  ${time},  ${time},  ${durationMs},  1376, 0x0e834356${packet.includes('!') ? '' : ', F=0x0'}`
    }),
  )
}

describe('packets of a file with B-frames and priming', () => {
  const reader = read(
    HEADER,
    `0,      -2048,          0,     1024,     1376, 0x0e834356
0,      -1024,       3072,     1024,      124, 0x92093f58, F=0x0
1,      -1024,      -1024,     1024,      258, 0x2c5b786a, F=0x5, S=1,       10
0,          0,       1024,     1024,       12, 0x0e64030f, F=0x0
1,          0,          0,     1024,      258, 0x8057765e
0,       1024,       2048,     1024,       12, 0x0d97038d, F=0x0
1,       1024,       1024,     1024,      146, 0x08ad4e88`,
  )

  it('the picture: times in order, 100 ms each', () => {
    expect(reader.video(PICTURES)).toEqual({
      codec: 'h264',
      timesMs: Float64Array.from([0, 100, 200, 300]),
      keyframesMs: [0],
      endMs: 400,
      ...PICTURES,
    })
  })

  it('the sound: what an edit list cuts off is not heard', () => {
    expect(reader.audio()).toMatchObject({
      codec: 'aac',
      sampleRate: 44_100,
      channels: 1,
      startMs: 0,
      endMs: (2048 * 1000) / 44_100,
    })
  })
})

describe('the picture', () => {
  it('begins with its first keyframe: what comes before cannot be decoded', () => {
    const video = camera('0', '33', '66!', '100', '133').video(PICTURES)
    expect(video).toMatchObject({ timesMs: Float64Array.from([66, 100, 133]), keyframesMs: [66] })
    expect(camera('0', '33').video(PICTURES)).toBeUndefined()
  })

  it('is none where there is no such track', () => {
    expect(read('').video(PICTURES)).toBeUndefined()
    expect(read('#media_type 0: audio\n0, 0, 0, 20, 5, 0x0').video(PICTURES)).toBeUndefined()
  })

  it('a keyframe that an edit list hides starts what is shown', () => {
    const reader = read(
      HEADER,
      `0,      -4096,      -2048,     1024,      763, 0xa7657e71, F=0x5
0,      -3072,      -1024,     1024,      130, 0x68833f42, F=0x4
0,      -2048,          0,     1024,      130, 0x68833f42, F=0x0
0,      -1024,       1024,     1024,      130, 0x68833f42, F=0x0`,
    )
    expect(reader.video(PICTURES)).toMatchObject({
      timesMs: Float64Array.from([0, 100]),
      keyframesMs: [-200],
    })
  })

  it('ends where an edit list cuts off its end', () => {
    const reader = read(
      HEADER,
      `0,          0,          0,     1024,      763, 0xa7657e71, F=0x1
0,       1024,       1024,     1024,      130, 0x68833f42, F=0x0
0,       2048,       2048,     1024,      130, 0x68833f42, F=0x4
0,       3072,       3072,     1024,      130, 0x68833f42, F=0x5`,
    )
    expect(reader.video(PICTURES)).toMatchObject({ timesMs: Float64Array.from([0, 100]), endMs: 200 })
  })

  it.each([
    ['as long as it says', ['0!+40', '40+40', '80+70'], 150],
    ['at most a second', ['0!+40', '40+5000'], 1040],
    ['as long as those before it, where it says nothing', ['0!+0', '40+0', '80+0', '980+0'], 1020],
    ['40 ms where it is alone', ['0!+0'], 40],
    ['at least 1 ms', ['0!+0', '0+0', '0+0'], 1],
  ])('its last frame lasts %s', (_, packets, endMs) => {
    expect(camera(...packets).video(PICTURES)?.endMs).toBe(endMs)
  })

  it('keyframes are in order of time', () => {
    expect(camera('100!', '0!', '200!').video(PICTURES)?.keyframesMs).toEqual([0, 100, 200])
  })

  it('packets without a time are left out', () => {
    const video = camera('0!', '-9223372036854775808', 'NOPTS', '33').video(PICTURES)
    expect(video?.timesMs).toEqual(Float64Array.from([0, 33]))
  })

  it('keeps the recorder’s own clock', () => {
    expect(camera('1650000000000!', '1650000000033').video(PICTURES)).toMatchObject({
      timesMs: Float64Array.from([1_650_000_000_000, 1_650_000_000_033]),
      endMs: 1_650_000_000_066,
    })
  })
})

describe('the sound', () => {
  const sound = (layout: string, ...times: readonly number[]) =>
    read(
      `#tb 0: 1/1000\n#media_type 0: audio\n#codec_id 0: opus\n#sample_rate 0: 48000\n#channel_layout_name 0: ${layout}`,
      ...times.map((time) => `0, ${time}, ${time}, 20, 50, 0x0`),
    ).audio()

  it.each([
    ['priming up to 200 ms is not heard', [-7, 13], 0, 33],
    ['priming of 200 ms', [-200, -180, 0], 0, 20],
    ['further back it is the recorder’s clock', [-6000, -5980], -6000, -5960],
    ['later it starts later', [500, 520], 500, 540],
  ])('%s', (_, times, startMs, endMs) => {
    expect(sound('stereo', ...times)).toMatchObject({
      codec: 'opus',
      sampleRate: 48_000,
      channels: 2,
      startMs,
      endMs,
    })
  })

  it.each([
    ['mono', 1],
    ['stereo', 2],
    ['quad', 4],
    ['5.1(side)', 6],
    ['7.1', 8],
    ['3 channels', 3],
    ['1 channels', 1],
    // As one of two its third channel, where people speak, would be left out of a mono output.
    ['3.0', 3],
    ['5.1.2', 8],
    ['something new', 3],
    ['', 2],
  ])('%s has %d channels', (layout, channels) => {
    expect(sound(layout, 0)?.channels).toBe(channels)
  })

  it('is none where there is no such track or no packet', () => {
    expect(sound('mono')).toBeUndefined()
    expect(camera('0!').audio()).toBeUndefined()
  })
})

it('nonsense is read over', () => {
  const reader = read('#', '#tb', '#tb x: y', '', 'x,y,z', HEADER, '0, 0, 0, 1024, 1, 0x0', 'the end')
  expect(reader.video(PICTURES)?.timesMs).toEqual(Float64Array.from([0]))
})
