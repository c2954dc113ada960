import { describe, expect, it } from 'vitest'
import { cfgText, indexText } from '../../../src/folder/job.ts'
import { roomOf } from '../../../src/folder/room.ts'
import { parseCfg } from '../../../src/config/cfg.ts'
import { examineIndex } from '../../../src/config/room-index.ts'
import { corrections, folder, media, roomIn, text, told } from './harness.ts'

const NOW = 1_795_701_800_000

describe('names of nobody', () => {
  it('are people, and picture and sound of one are one person', () => {
    const room = roomIn(
      folder(
        media('alice.webm', { of: { hasAudio: false } }),
        media('alice.m4a', { of: { hasVideo: false } }),
        media('bob-audio.ogg'),
        media('bob_camera.mp4'),
        media('bob screen.mp4'),
      ),
    )
    expect(told(room).lines).toEqual([
      'alice.webm: alice_1 at 0 (name, guess, together)',
      'alice.m4a: alice_1 at 0 (name, content, together)',
      'bob-audio.ogg: bob_1 at 0 (name, name, together)',
      'bob_camera.mp4: bob_1 at 0 (name, name, together)',
      'bob screen.mp4: bob_2 at 0 (name, name, together)',
    ])
  })

  it('are those of folders where all files are called the same', () => {
    const room = roomIn(folder(media('alice/camera.webm'), media('bob/camera.webm')))
    expect(room.recordings.map(({ streamId }) => streamId)).toEqual(['alice_1', 'bob_1'])
  })

  it('takes slices of a playlist as one recording, and a whole file rather than its slices', () => {
    const list = text('a.m3u8', '#EXTM3U\n#EXTINF:10,\na0.ts\n#EXTINF:10,\na1.ts\n')
    const sliced = roomIn(folder(list, media('a0.ts'), media('a1.ts')))
    expect(told(sliced).lines).toEqual(['a.m3u8: a_1 at 0 (name, guess, together) 2 slices'])
    const both = roomIn(folder(list, media('a0.ts'), media('a1.ts'), media('a.mp4')))
    expect(told(both)).toMatchObject({
      lines: ['a.mp4: a_1 at 0 (name, guess, together)'],
      left: ['a.m3u8: sameMedia'],
    })
  })
})

describe("the worker's own films", () => {
  const film = (path: string) => media(path, { of: { comment: 'mixed by owt-main' } })
  it('are no recordings, and neither are their HLS renditions', () => {
    const hls = ['init.mp4', '00000.m4s'].map((name) => media(`output/room/${name}`))
    const list = text('output/room/index.m3u8', '#EXTM3U\n#EXTINF:4,\n00000.m4s\n')
    const room = roomIn(folder(media('alice.webm'), film('output/room.mp4'), ...hls, list))
    expect(told(room)).toMatchObject({
      lines: ['alice.webm: alice_1 at 0 (name, guess, together)'],
      left: ['output/room.mp4: ownFilm'],
    })
  })

  it('are what is mixed where there is nothing else', () => {
    expect(told(roomIn(folder(film('one.mp4'), film('two.mp4')))).lines).toHaveLength(2)
  })
})

describe('when nothing says when recordings begin', () => {
  const two = (a: object, b: object, lengths = { a: 60_000, b: 30_000 }) =>
    roomIn(
      folder(
        media('a.webm', { ...a, of: { lengthMs: lengths.a, ...('of' in a ? (a.of as object) : {}) } }),
        media('b.webm', { ...b, of: { lengthMs: lengths.b, ...('of' in b ? (b.of as object) : {}) } }),
      ),
    )
  const starts = (room: ReturnType<typeof roomIn>) =>
    room.recordings.map(({ streamId, startMs, startBy }) => `${streamId} ${startMs} ${startBy}`)

  it('the dates in the recordings count, if all have one', () => {
    const dated = two({ of: { dateMs: NOW } }, { of: { dateMs: NOW + 20_000 } })
    expect(starts(dated)).toEqual([`a_1 ${NOW} container`, `b_1 ${NOW + 20_000} container`])
    expect(starts(two({ of: { dateMs: NOW } }, {}))).toEqual(['a_1 0 together', 'b_1 0 together'])
  })

  it('one date in all of them is that of a conversion', () => {
    expect(starts(two({ of: { dateMs: NOW } }, { of: { dateMs: NOW } }))).toEqual([
      'a_1 0 together',
      'b_1 0 together',
    ])
  })

  it('else the time of the files less their lengths', () => {
    const room = two({ modifiedMs: NOW }, { modifiedMs: NOW - 10_000 })
    expect(starts(room)).toEqual([`a_1 ${NOW - 60_000} fileTime`, `b_1 ${NOW - 40_000} fileTime`])
  })

  it.each([
    ['copied together', { modifiedMs: NOW }, { modifiedMs: NOW + 100 }],
    [
      'copied one after another',
      { modifiedMs: NOW, bornMs: NOW - 900 },
      { modifiedMs: NOW - 9000, bornMs: NOW - 9900 },
    ],
    ['of two days', { modifiedMs: NOW }, { modifiedMs: NOW - 86_400_000 }],
  ])('files %s begin together', (_, a, b) => {
    expect(starts(two(a, b))).toEqual(['a_1 0 together', 'b_1 0 together'])
  })
})

describe('corrections', () => {
  const sample = folder(media('u1.webm'), media('u2.webm'), media('slides.mp4'))

  it('set the beginning, the name and the kind', () => {
    const room = roomIn(
      sample,
      corrections({ starts: { 'u2.webm': 3.5 }, names: { u1: 'Alice' }, kinds: { slides: 'screen' } }),
    )
    expect(told(room).lines).toEqual([
      'u1.webm: Alice_1 at 0 (option, guess, together)',
      'slides.mp4: slides_2 at 0 (name, option, together)',
      'u2.webm: u2_1 at 3500 (name, guess, option)',
    ])
  })

  it('for nobody are an error', () => {
    expect(roomOf(sample, corrections({ starts: { u3: 1 } }))).toEqual({
      fault: 'unknownCorrection',
      name: 'u3',
      known: ['u1', 'u2', 'slides'],
    })
  })

  it('give a time to a file that is not of the system', () => {
    const mixed = folder(media('r_ann_1_1795320226184.webm'), media('intro.mp4'))
    expect(told(roomIn(mixed)).left).toEqual(['intro.mp4: otherClock'])
    expect(told(roomIn(mixed, corrections({ starts: { intro: -2 } }))).lines).toEqual([
      'intro.mp4: intro_1 at 1795320224184 (name, guess, option)',
      'r_ann_1_1795320226184.webm: ann_1 at 1795320226184 (name, name, name)',
    ])
  })

  it('keep two people of one name apart', () => {
    const room = roomIn(sample, corrections({ names: { u1: 'Ann', u2: 'Ann' } }))
    expect(room.recordings.map(({ streamId }) => streamId).toSorted()).toEqual([
      'Ann (2)_1',
      'Ann_1',
      'slides_1',
    ])
  })
})

describe('the job of a room', () => {
  const film = { layout: 'vertical', share: 'large', width: 640, height: 360, fps: 25 } as const
  const cfg = cfgText({ ...film, jobId: 'j', roomId: 'r', bucket: '.', key: 'o.mp4' }, '../cfg.schema.json')

  it('is a cfg.json without problems', () => {
    const { checked, parsed } = parseCfg({ text: cfg, file: '/x/cfg.json' })
    expect([parsed.problems, parsed.notices, checked.problems, checked.notices]).toEqual([[], [], [], []])
    expect(checked.wire).toMatchObject({ Data: { MixerConfig: { MixedVideoLayout: 2 } } })
  })

  it.each([
    ['times of day', folder(media('r_ann_1_1795320226184.webm'), media('r_bob_1_1795320229184.webm'))],
    ['differences', folder(media('a-2026-11-26_14-02-11.482.mp4'), media('b-2026-11-26_14-02-14.482.mp4'))],
  ])('is an index that is read as it is meant: %s', (_, sample) => {
    const room = roomIn(sample)
    const made = indexText(room, { jobId: 'j', root: 'rec', schema: undefined })
    const { index, problems, notices } = examineIndex({ text: made, file: 'j.json', jobId: 'j' })
    expect([problems, notices]).toEqual([[], []])
    expect(index?.entries.map(({ startMs }) => startMs)).toEqual(
      room.recordings.map(({ startMs }) => startMs),
    )
    const again = roomIn(folder(text('j.json', JSON.parse(made)), ...sample.files))
    expect(again.recordings.map(({ startMs, streamId }) => [streamId, startMs])).toEqual(
      room.recordings.map(({ startMs, streamId }) => [streamId, startMs]),
    )
  })
})
