/** What is compared with committed pictures: the demo room in every preset, resize mode and watermark. */

const TEMPLATES = [
  [['0', '0', '1', '1']],
  [
    ['0', '0', '1/2', '1'],
    ['1/2', '0', '1/2', '1'],
  ],
  [
    ['0', '0', '2/3', '1'],
    ['2/3', '0', '1/3', '1/2'],
    ['2/3', '1/2', '1/3', '1/2'],
  ],
]

const region = (id: string, [Left, Top, Width, Height]: string[]) => ({
  Id: id,
  Shape: 'rectangle',
  Area: { Left, Top, Width, Height },
})

const position = (RtcStreamId: string, [X, Y, Width, Height, Z]: number[]) => ({
  RtcStreamId,
  Region: { X, Y, Width, Height, Z },
})

const mixerUpdate = (At: number, MixerConfig: object) => ({
  At,
  Action: 'job.mixer.update',
  Data: { MixerConfig },
})

/** `MixerConfig`, `SubscribeConfig` and `Updates` of each scenario. */
export const SCENARIOS: Readonly<
  Record<string, { mixer: object; subscribe?: object; updates?: readonly object[] }>
> = {
  'preset-1-tile': { mixer: { MixedVideoLayout: 1 } },
  'preset-2-vertical': { mixer: { MixedVideoLayout: 2, MaxResolutionStream: 'alice_2' } },
  'preset-3-single': { mixer: { MixedVideoLayout: 3, MaxResolutionStream: 'bob_1' } },
  'preset-4-tile-2': { mixer: { MixedVideoLayout: 4 } },
  'preset-5-vertical-2': { mixer: { MixedVideoLayout: 5, MaxResolutionStream: 'alice_2' } },
  'custom-templates': {
    mixer: {
      MixedVideoLayout: 0,
      ResizeMode: 1,
      LayoutConfig: TEMPLATES.map((rows, n) => rows.map((row, i) => region(`${n}_${i}`, row))),
    },
  },
  'manual-positions': {
    mixer: {
      MixedVideoLayout: 1,
      PositionConfig: [
        position('alice_2', [0, 0, 320, 180, 0]),
        position('alice_1', [224, 8, 88, 64, 1]),
        position('bob_1', [208, 56, 96, 64, 2]),
      ],
    },
    subscribe: { VideoStreamType: 1 },
  },
  'resize-0-stretch': { mixer: { MixedVideoLayout: 2, ResizeMode: 0 } },
  'resize-1-crop': { mixer: { MixedVideoLayout: 2, ResizeMode: 1 } },
  'resize-2-letterbox': { mixer: { MixedVideoLayout: 2, ResizeMode: 2 } },
  'watermark-time': { mixer: { MixedVideoLayout: 4, WaterMark: { Type: 1, X: 8, Y: 8, Alpha: 1 } } },
  'watermark-image': {
    mixer: { MixedVideoLayout: 4, WaterMark: [{ Type: 2, Image: 'logo.png', X: 128, Y: 58, Alpha: 0.5 }] },
  },
  'watermark-text': {
    mixer: {
      MixedVideoLayout: 4,
      WaterMark: { Type: 3, Text: "会议 it's 100%: [a],;\\", X: 8, Y: 150, Alpha: 0.8 },
    },
  },
  'watermarks-together': {
    mixer: {
      MixedVideoLayout: 3,
      MaxResolutionStream: 'alice_2',
      WaterMark: [
        { Type: 1, X: 8, Y: 8, Alpha: 0.6 },
        { Type: 2, Image: 'logo.png', X: 128, Y: 58, Alpha: 1 },
        { Type: 3, Text: '录制', X: 8, Y: 150, Alpha: 1 },
        { Type: 0, X: 0, Y: 0, Alpha: 1 },
      ],
    },
  },
  updates: {
    mixer: { MixedVideoLayout: 1 },
    updates: [
      mixerUpdate(3, {
        MixedVideoLayout: 2,
        MaxResolutionStream: 'alice_2',
        WaterMark: { Type: 2, Image: 'logo.png', X: 128, Y: 58, Alpha: 0.5 },
      }),
      mixerUpdate(11, { BackgroundColor: { R: 150, G: 60, B: 60 }, ResizeMode: 1, WaterMark: [] }),
      {
        At: 14,
        Action: 'job.stream.update',
        Data: { StreamConfig: [{ RtcStreamId: 'bob_1', MuteVideo: true }] },
      },
      mixerUpdate(18, { ResizeMode: 2, WaterMark: { Type: 3, Text: '录制', X: 8, Y: 8, Alpha: 1 } }),
    ],
  },
}

export const CANVAS = { width: 320, height: 180, fps: 15 }

/** Alice alone; Alice, Bob and the screen; Carol too; the screen and two after Carol has left; the last frames. */
export const MOMENTS_MS = [600, 6000, 12_400, 16_800, 19_933]
