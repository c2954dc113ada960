import { describe, expect, it } from 'vitest'
import { parseCfg } from '../../../src/config/cfg.ts'
import { parseText } from '../../../src/config/load.ts'
import { readJob } from '../../../src/config/read-job.ts'
import { type Message, say } from '../../../src/messages/index.ts'
import type { Job } from '../../../src/model/job.ts'
import { whatChanges } from '../../../src/timeline/changes.ts'
import { examineUpdates, exitCodeOfUpdates, placed } from '../../../src/updates/read.ts'
import { applyUpdates } from '../../../src/updates/stretches.ts'
import { ROOM_MS } from '../../harness/builders.ts'
import { conf, request } from '../config/help.ts'

interface Read {
  readonly job: Job
  readonly problems: readonly string[]
  readonly notices: readonly string[]
  readonly exitCode: number
}

/** Applies updates, written as JSON or as a value, to a job of 640 x 360 at 15. */
function updated(updates: unknown, cfgChanges: Record<string, unknown> = {}): Read {
  const cfg = parseCfg({ text: request(cfgChanges), file: 'cfg.json' })
  const { job } = readJob({ cfg, conf, cfgFolder: '/jobs/one' })
  const text = typeof updates === 'string' ? updates : JSON.stringify(updates, null, 1)
  const source = { parsed: parseText({ text, file: 'updates.json' }), path: [] }
  const read = examineUpdates(source)
  const applied = applyUpdates({ job, wire: cfg.checked.wire, updates: read.updates, roomStartMs: ROOM_MS })
  const problems = [...read.problems, ...applied.problems]
  const found = placed(source, { problems, notices: [...read.notices, ...applied.notices] })
  const line = (one: Message & { place: { path: string } }) => `${one.place.path}: ${say(one)}`
  return {
    job: applied.job,
    problems: found.problems.map((one) => line(one as Parameters<typeof line>[0])),
    notices: found.notices.map(line),
    exitCode: exitCodeOfUpdates(problems),
  }
}

const mixer = (At: unknown, MixerConfig: unknown) => ({
  At,
  Action: 'job.mixer.update',
  Data: { MixerConfig },
})

/** "75 layout: vertical; main stream: b_1": frame and changes of each stretch that an update begins. */
function story(updates: unknown, cfgChanges: Record<string, unknown> = {}): readonly string[] {
  const { job, problems } = updated(updates, cfgChanges)
  expect(problems).toEqual([])
  return job.stretches.flatMap(({ fromFrame, settings, update }) => {
    if (!update) return []
    const changes = whatChanges({ before: update.before, after: settings })
    return [`${fromFrame} ${changes.map((one) => say(one)).join('; ')}`]
  })
}

describe('when an update applies', () => {
  it.each([
    ['seconds of the output', 5.02, 75],
    ['a Unix time in seconds', ROOM_MS / 1000 + 5, 75],
    ['a Unix time in ms', ROOM_MS + 5000, 75],
    ['text', '5', 75],
    ['a time before the output', -3, 0],
    ['a Unix time before the output', ROOM_MS - 9000, 0],
  ])('%s', (_, At, frame) => {
    expect(story([mixer(At, { MixedVideoLayout: 2 })])).toEqual([`${frame} layout: vertical`])
  })

  it('sorts by time; several at one frame are one, the later ones of the file after the earlier', () => {
    expect(
      story([
        mixer(9, { MixedVideoLayout: 3 }),
        mixer(5, { MixedVideoLayout: 2, MaxResolutionStream: 'b_1' }),
        mixer(5.001, { MixedVideoLayout: 4 }),
      ]),
    ).toEqual(['75 layout: tile 2; main stream: b_1', '135 layout: single'])
  })

  it('leaves a job without updates as it is', () => {
    expect(updated([]).job).toEqual(
      readJob({ cfg: parseCfg({ text: request(), file: 'c' }), conf, cfgFolder: '/jobs/one' }).job,
    )
  })
})

describe('what an update says', () => {
  it('replaces what it gives and keeps the rest', () => {
    const cfg = { MixerConfig: { MixedVideoLayout: 2, MaxResolutionStream: 'a_1', ResizeMode: 1 } }
    expect(story([mixer(1, { ResizeMode: 0 }), mixer(2, { BackgroundColor: { R: 9 } })], cfg)).toEqual([
      '15 pictures: scaled to their regions',
      '30 background: 9, 0, 0',
    ])
  })

  it('takes away what it gives as null, and watermarks with Type 0 or []', () => {
    const mark = { Type: 3, Text: 'live', X: 0, Y: 0 }
    const cfg = { MixerConfig: { MaxResolutionStream: 'a_1', WaterMark: mark } }
    expect(story([mixer(1, { MaxResolutionStream: null, WaterMark: null })], cfg)).toEqual([
      '15 main stream: none; watermarks: none',
    ])
    // The other name of the same setting.
    expect(story([mixer(1, { Watermark: null })], cfg)).toEqual(['15 watermarks: none'])
    for (const WaterMark of [{ Type: 0 }, []]) {
      expect(story([mixer(1, { WaterMark })], cfg)).toEqual(['15 watermarks: none'])
    }
    expect(story([mixer(1, { Watermark: [mark, { ...mark, Y: 40 }] })], cfg)).toEqual(['15 watermarks: 2'])
  })

  it('replaces both lists of a medium by one of them', () => {
    const subscribe = (At: number, SubscribeConfig: unknown) => ({
      At,
      Action: 'job.subscribe.update',
      Data: { SubscribeConfig },
    })
    const cfg = { SubscribeConfig: { SubscribeAudio: ['a_1'], SubscribeVideo: ['a_1'] } }
    expect(
      story(
        [
          subscribe(1, { UnsubscribeAudio: ['b_1'] }),
          subscribe(2, { SubscribeAudio: [], MaxSubscriptions: 2 }),
        ],
        cfg,
      ),
    ).toEqual(['15 audio: all but b_1', '30 audio: all streams; at most 2 streams'])
  })

  it('adds, removes, mutes and unmutes streams in both documented shapes', () => {
    const old = (At: number, Stream: unknown) => ({ At, Action: 'job.stream.update', Data: { Stream } })
    const now = (At: number, StreamConfig: unknown) => ({
      At,
      Action: 'job.stream.update',
      Data: { StreamConfig },
    })
    expect(
      story([
        old(1, {
          CmdType: 3,
          SubScribeId: 'a_1',
          HasVideo: true,
          HasAudio: true,
          MuteVideo: false,
          MuteAudio: true,
        }),
        old(2, { CmdType: 2, SubScribeId: 'b_1' }),
        old(3, { CmdType: 1, SubScribeId: 'b_1', HasVideo: false }),
        now(4, [{ RtcStreamId: 'a_1', HasVideo: true, HasAudio: true, MuteVideo: true, MuteAudio: false }]),
      ]),
    ).toEqual([
      '15 a_1: audio muted',
      '30 b_1: video removed; b_1: audio removed',
      '45 b_1: audio added',
      '60 a_1: video added; a_1: video muted; a_1: audio added; a_1: audio unmuted',
    ])
  })

  it('job.update changes several sections at once', () => {
    const Data = {
      StreamConfig: [{ RtcStreamId: 'a_1', MuteAudio: true }],
      SubscribeConfig: { MaxSubscriptions: 1 },
      MixerConfig: { MixedVideoLayout: 3 },
      TranscodingConfig: { Video: { Width: 640, Height: 360, Fps: 15 }, Audio: { Codec: 'aac' } },
      NotifyConfig: [{ ServiceType: 'job.mixer', Status: 'open', NotifyUrl: 'https://example.com/new' }],
    }
    const { job, problems, notices } = updated([{ At: 1, Action: 'job.update', Data }])
    expect(problems).toEqual([])
    expect(notices).toEqual([
      '[0].Data.NotifyConfig: mixing takes place after the call, and its receivers are those of cfg.json; this has no effect: change NotifyConfig in cfg.json',
    ])
    expect(job.stretches[1]).toMatchObject({
      fromFrame: 15,
      settings: {
        layout: { preset: 'single' },
        subscription: { maxStreams: 1 },
        streams: [{ streamId: 'a_1', isAudioMuted: true }],
      },
      update: { actions: ['job.update'] },
    })
  })
})

describe('what cannot be', () => {
  const transcoding = (TranscodingConfig: unknown) => ({
    At: 1,
    Action: 'job.transcoding.update',
    Data: { TranscodingConfig },
  })

  it('changes in mid file is refused with its place and why', () => {
    const { problems, exitCode } = updated([
      transcoding({ Video: { Width: 1280, Fps: 15, BitRate: 900, Profile: 'baseline' } }),
    ])
    expect(problems).toMatchInlineSnapshot(`
      [
        "[0].Data.TranscodingConfig.Video.Width: found 1280, cfg.json has 640; one file has one picture size, frame rate, bit rate and audio format, so this cannot change during the output",
        "[0].Data.TranscodingConfig.Video.BitRate: found 900, cfg.json has 800; one file has one picture size, frame rate, bit rate and audio format, so this cannot change during the output",
        "[0].Data.TranscodingConfig.Video.Profile: found "baseline", cfg.json has high; one file has one picture size, frame rate, bit rate and audio format, so this cannot change during the output",
      ]
    `)
    expect(exitCode).toBe(4)
    const audio = updated([transcoding({ Audio: { Codec: 'aac_48000_1' } })])
    expect(audio.problems).toHaveLength(1)
    expect(audio.exitCode).toBe(5)
    expect(
      exitCodeOfUpdates([{ path: [0, 'At'] }, { path: [1, 'Data', 'SubscribeConfig', 'SubscribeAudio'] }]),
    ).toBe(4)
  })

  it('names every problem with its entry', () => {
    const { problems } = updated([
      { Action: 'job.mixer.update', Data: { MixerConfig: { MixedVideoLayout: 2 } } },
      mixer(1, { MixedVideoLayout: 7 }),
      mixer('soon', {}),
      { At: 1, Action: 'job.mixer.updat', Data: {} },
      { At: 1, Action: 'job.stream.update', Data: {} },
      mixer(2, { MixedVideoLayout: 0 }),
      {
        At: 3,
        Action: 'job.subscribe.update',
        Data: { SubscribeConfig: { SubscribeAudio: ['a_1'], UnsubscribeAudio: ['b_1'] } },
      },
      7,
    ])
    expect(problems).toMatchInlineSnapshot(`
      [
        "[0].At: missing; give a Unix time in seconds or milliseconds, or seconds of the output",
        "[1].Data.MixerConfig.MixedVideoLayout: found 7, allowed 0 (custom), 1 (tile), 2 (vertical), 3 (single), 4 (tile 2), 5 (vertical 2)",
        "[2].At: found "soon", allowed a Unix time in seconds or milliseconds, or seconds of the output",
        "[3].Action: found "job.mixer.updat", allowed job.mixer.update, job.subscribe.update, job.stream.update, job.transcoding.update, job.notify.update, job.update; did you mean "job.mixer.update"?",
        "[4].Data: missing; job.stream.update needs StreamConfig or Stream",
        "[5].Data.MixerConfig.LayoutConfig: MixedVideoLayout 0 needs templates and there are none; add LayoutConfig or choose MixedVideoLayout 1 to 5",
        "[6].Data.SubscribeConfig.SubscribeAudio: both SubscribeAudio and UnsubscribeAudio name streams; keep one of the two",
        "[7]: found 7, allowed an object {...} with At, Action, Data",
      ]
    `)
  })

  it('names a misspelt field and the one that is missing in one problem', () => {
    const { problems } = updated([
      { At: 1, Action: 'job.mixer.update', Data: { MixerConfg: { MixedVideoLayout: 2 } } },
      { at: 1, Action: 'job.mixer.update', Data: { MixerConfig: { MixedVideoLayout: 2 } } },
    ])
    expect(problems).toEqual([
      '[0].Data.MixerConfg: "MixerConfg" is not known, and "MixerConfig" is missing; did you mean "MixerConfig"?',
      '[1].at: "at" is not known, and "At" is missing; did you mean "At"?',
    ])
  })

  it.each([['{}'], ['[{ "At": 1,'], ['7'], ['']])('reads no updates from %s', (text) => {
    const { problems, job } = updated(text)
    expect(problems.length).toBeGreaterThan(0)
    expect(job.stretches).toHaveLength(1)
  })
})

it('a log of all requests is a valid file: those that change nothing are named and not used', () => {
  const { problems, notices, job } = updated([
    { At: 0, Action: 'job.start', Token: 'x', Internal: { JobId: 'j' }, Data: { Whatever: [1] } },
    { Version: '1.0', Token: 'x', Internal: { JobId: 'j' }, ...mixer(2, { MixedVideoLayout: 2 }) },
    { At: 3, Action: 'job.query', Data: {} },
    {
      ...mixer(4, { MixedVideoLayout: 3 }),
      Data: { MixerConfig: { MixedVideoLayout: 3 }, SubscribeConfig: {} },
    },
  ])
  expect(problems).toEqual([])
  expect(job.stretches.map(({ fromFrame }) => fromFrame)).toEqual([0, 30, 60])
  expect(notices).toEqual([
    '[0].Action: job.start changes nothing in a mix and is not used',
    '[2].Action: job.query changes nothing in a mix and is not used',
    '[3].Data.SubscribeConfig: job.mixer.update does not change SubscribeConfig, which is not used; write it as job.update',
  ])
})

it('warns of a region that is snapped where it is given, not again later', () => {
  const positions = { RtcStreamId: 'a_1', Region: { X: 2, Y: 0, Width: 320, Height: 180 } }
  const { notices } = updated([
    {
      At: 1,
      Action: 'job.update',
      Data: { MixerConfig: { PositionConfig: [positions] }, SubscribeConfig: { VideoStreamType: 1 } },
    },
    mixer(2, { BackgroundColor: { B: 1 } }),
  ])
  expect(notices).toHaveLength(1)
  expect(notices[0]).toMatch(/^\[0\]\.Data\.MixerConfig\.PositionConfig\[0\]\.Region: found X 2/)
})
