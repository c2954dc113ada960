/** Whole rooms through the real binary, judged against what their recordings hold. */
import { afterAll, describe, expect, it } from 'vitest'
import { type Verdict, judge } from '../harness/oracle.ts'
import { burstsIn, decodeSound } from '../harness/read-output.ts'
import { type Room, makeRoom, runRoom } from '../harness/room.ts'
import { sampleRoom } from '../harness/sample-rooms.ts'
import { noteAccuracy } from '../harness/scenario.ts'
import { makeSource } from '../harness/sources.ts'
import { verdictText } from '../harness/verdict-text.ts'

const canvas = { width: 640, height: 360, fps: 30 }
const rooms: Room[] = []

afterAll(() => Promise.all(rooms.map((room) => room.remove())))

/** Runs a room and judges what came out. */
async function mix(room: Room, size = canvas): Promise<{ verdict: Verdict; text: string; path: string }> {
  rooms.push(room)
  const run = await runRoom(room)
  expect(run.exitCode, run.stderr).toBe(0)
  const verdict = await judge({
    path: run.outputPath,
    clips: room.clips,
    segments: run.result?.segments ?? [],
    canvas: size,
  })
  await noteAccuracy(verdict)
  const text = `\n${verdictText(verdict)}`
  expect(run.result?.output?.frames, text).toBe(verdict.frames.counted)
  return { verdict, text, path: run.outputPath }
}

/** What every finished room has to keep. */
function expectInSync(verdict: Verdict, text: string): void {
  expect.soft(Math.abs(verdict.video.worst), `picture${text}`).toBeLessThanOrEqual(1)
  expect.soft(Math.abs(verdict.sound.worst), `sound${text}`).toBeLessThanOrEqual(20)
  expect.soft(verdict.frames.counted, `frames${text}`).toBe(verdict.frames.due)
  expect.soft(verdict.ptsWorstMs, `times${text}`).toBeLessThan(0.01)
  expect.soft(Math.abs(verdict.endsMs), `ends${text}`).toBeLessThanOrEqual(1000 / canvas.fps)
  expect.soft(verdict, `tiles and bursts${text}`).toMatchObject({
    unread: 0,
    stray: 0,
    wrongSource: 0,
    unseated: 0,
    missedBursts: 0,
    missedFlashes: 0,
    extraBursts: 0,
  })
}

/** Times of frames that come as a busy camera sends them, every one in ms, with one at every whole second. */
function unevenTimes(untilMs: number): number[] {
  const gapsMs = [33, 67, 50, 120, 40, 101, 16, 84]
  const times = [0]
  for (let i = 0; (times.at(-1) ?? 0) < untilMs; i++)
    times.push((times.at(-1) ?? 0) + (gapsMs[i % gapsMs.length] ?? 50))
  const whole = Array.from({ length: Math.floor(untilMs / 1000) + 1 }, (_, second) => second * 1000)
  return [...new Set([...times, ...whole])].filter((ms) => ms < untilMs).toSorted((a, b) => a - b)
}

describe('a made room', () => {
  it('is in sync: VP8/Opus with uneven frames, H.264/AAC that joins late and leaves early', async () => {
    const stays = await makeSource({
      id: 1,
      container: 'webm',
      durationMs: 6000,
      video: {
        codec: 'vp8',
        size: { width: 320, height: 240 },
        timesMs: unevenTimes(6000),
        keyframeEveryMs: 'first',
      },
      audio: { codec: 'opus', channels: 2 },
    })
    const visits = await makeSource({
      id: 2,
      container: 'mp4',
      durationMs: 3000,
      video: { codec: 'h264', size: { width: 320, height: 180 }, fps: 24, keyframeEveryMs: 'first' },
      audio: { codec: 'aac' },
    })
    const { verdict, text } = await mix(
      await makeRoom({
        canvas,
        clips: [
          { streamId: 'alice_1', startMs: 140, source: stays },
          { streamId: 'bob_1', startMs: 1713, source: visits },
        ],
      }),
    )
    expect(verdict.video.count, text).toBeGreaterThan(250)
    expect(verdict.sound.count, text).toBe(7)
    expectInSync(verdict, text)
  })

  it.each([16000, 32000, 44100])('keeps AAC of %i Hz where it belongs', async (sampleRate) => {
    const source = await makeSource({
      id: 4,
      container: 'mp4',
      durationMs: 3000,
      video: { codec: 'h264', size: { width: 160, height: 120 }, fps: 15 },
      audio: { codec: 'aac', sampleRate },
    })
    const { verdict, text } = await mix(
      await makeRoom({ canvas, clips: [{ streamId: 'bob_1', startMs: 1713, source }] }),
    )
    expect(verdict.sound.count, text).toBe(2)
    expectInSync(verdict, text)
  })

  it('shows a picture that stopped when the layout changes around it', async () => {
    const size = { width: 320, height: 240 }
    const stops = await makeSource({
      id: 1,
      container: 'webm',
      durationMs: 4000,
      video: { codec: 'vp8', size, endMs: 2000 },
      audio: { codec: 'opus' },
    })
    const joins = await makeSource({
      id: 2,
      container: 'webm',
      durationMs: 4000,
      video: { codec: 'vp8', size, startMs: 2500 },
      audio: { codec: 'opus' },
    })
    const { verdict, text } = await mix(
      await makeRoom({
        canvas,
        clips: [
          { streamId: 'alice_1', startMs: 0, source: stops },
          { streamId: 'bob_1', startMs: 0, source: joins },
        ],
      }),
    )
    expectInSync(verdict, text)
  })

  it.each([
    ['packets get lost', { holes: [400, 1400, 2400, 3400].map((fromMs) => ({ fromMs, toMs: fromMs + 15 })) }],
    ["the sender's clock is fast", { clockErrorPpm: 5000 }],
    ['packets come unevenly', { jitterMs: [0, 12, -5, 14, 0, -5] }],
    ['it starts after the picture', { startMs: 200 }],
  ])('keeps sound in time when %s', async (_, audio) => {
    const source = await makeSource({
      id: 3,
      container: 'webm',
      durationMs: 6000,
      video: { codec: 'vp8', size: { width: 160, height: 120 }, fps: 10 },
      audio: { codec: 'opus', ...audio },
    })
    const { verdict, text } = await mix(
      await makeRoom({ canvas, clips: [{ streamId: 'alice_1', startMs: 0, source }] }),
    )
    expect(verdict.sound.count, text).toBeGreaterThanOrEqual(5)
    expectInSync(verdict, text)
  })
})

describe.each(['demo', 'hard'] as const)('the recorded room "%s"', (name) => {
  it('is in sync with its recordings, and they are what was measured when they were made', async () => {
    const room = await sampleRoom(name, { canvas })
    // Checks the reading of the recordings against the recorder's own notes.
    for (const clip of room.clips) {
      const told = room.truth.streams.find((stream) => stream.name === clip.name)
      const startMs = (told?.startTime ?? 0) - room.truth.t0
      const late = clip.truth.video?.frames.flatMap(({ fileMs, tick }) =>
        tick === undefined ? [] : [startMs + fileMs - tick * clip.truth.look.design.stepMs],
      )
      const toldMs = told?.measured.video?.clock.startTimePlusPtsMinusCaptureMs.median
      // A count of 20 ms is 10 ms old on average.
      if (toldMs !== undefined)
        expect(Math.abs(median(late ?? []) - 10 - toldMs), clip.name).toBeLessThanOrEqual(11)
    }
    const { verdict, text, path } = await mix(room)
    expectInSync(verdict, text)

    // The wall clock itself: bursts were sent at its whole seconds, and heard as late as the recorder is slow.
    const sound = await decodeSound(path)
    const pitches = room.truth.streams.flatMap((stream) => stream.beepHz ?? [])
    for (const stream of room.truth.streams) {
      const toldMs = stream.measured.audio?.beeps.startTimePlusPtsMinusWallMs.median
      if (toldMs === undefined || stream.beepHz === null) continue
      const clip = room.clips.find((one) => one.name === stream.name)
      const { startMs = 0, endMs = 0 } = clip?.truth.audio ?? {}
      const heard = burstsIn(sound, stream.beepHz, pitches).filter(
        (ms) => ms > (clip?.startMs ?? 0) + startMs && ms < (clip?.startMs ?? 0) + endMs,
      )
      const late = heard.map((ms) => ((((room.roomStartMs + ms + 500) % 1000) + 1000) % 1000) - 500)
      expect
        .soft(Math.abs(median(late) - toldMs), `${stream.name} against the wall clock`)
        .toBeLessThanOrEqual(20)
    }
  })
})

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[list.length >> 1] ?? NaN
}
