/** A mix that is brought to a loudness, measured in the finished file by ffmpeg. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ReportFacts } from '../../src/report/facts.ts'
import { runFfmpeg } from '../harness/run-ffmpeg.ts'
import { ALICE, JOB_ID, type Workplace, cfgOf, indexOf, makeWorkplace } from '../harness/run-worker.ts'

let place: Workplace
let cfg: string

beforeAll(async () => {
  place = await makeWorkplace('owt-loudness-')
  // Speech-like: a quiet tone with one loud peak in it, which a gain alone would drive far beyond full scale.
  const tone =
    'sine=f=440:r=48000:d=12,volume=-10dB,volume=eval=frame:volume=if(between(t\\,6\\,6.05)\\,20\\,1)'
  const picture = 'testsrc2=s=160x120:r=10:d=12'
  const path = await place.write('bucket/rec/alice.webm', '')
  const inputs = ['-f', 'lavfi', '-i', tone, '-f', 'lavfi', '-i', picture]
  await runFfmpeg(['-y', '-v', 'error', ...inputs, '-c:v', 'libvpx', '-c:a', 'libopus', '-b:a', '128k', path])
  await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE]))
  cfg = await place.write('cfg.json', cfgOf())
})
afterAll(() => place.remove())

/** Integrated loudness in LUFS and true peak in dBFS. */
async function levelOf(path: string): Promise<{ lufs: number; peak: number }> {
  const meter = ['-map', '0:a', '-af', 'ebur128=peak=true', '-f', 'null', '-']
  const { stderr } = await runFfmpeg(['-hide_banner', '-nostats', '-i', path, ...meter])
  const summary = stderr.slice(stderr.lastIndexOf('Summary:'))
  return {
    lufs: Number(/I: +(\S+) LUFS/.exec(summary)?.[1]),
    peak: Number(/Peak: +(\S+) dBFS/.exec(summary)?.[1]),
  }
}

const packets = async (path: string, medium: 'video' | 'audio') => {
  const copy = ['-map', medium === 'video' ? '0:V' : '0:a', '-c', 'copy', '-f', 'framecrc', 'pipe:1']
  return (await runFfmpeg(['-v', 'error', '-i', path, ...copy])).stdout.toString()
}

it('is as loud as asked for, below -1 dBTP, the picture is the same to the byte, and the report says so', async () => {
  // With one thread the encoder's packets are the same in each run.
  const env = { OWT_LIMITS_CORES: '1' }
  await place.run([cfg], { env })
  const film = join(place.bucket, 'out', `${JOB_ID}.mp4`)
  const before = { level: await levelOf(film), video: await packets(film, 'video') }
  expect(before.level.lufs).toBeLessThan(-22)
  const ended = await place.run(['--report', cfg], { env: { ...env, OWT_AUDIO_LOUDNESS: '-16' } })
  expect(ended).toMatchObject({ code: 0 })
  const after = await levelOf(film)
  expect(Math.abs(after.lufs + 16)).toBeLessThan(0.7)
  expect(after.peak).toBeLessThan(-1)
  expect(await packets(film, 'video')).toBe(before.video)

  const facts = JSON.parse(await readFile(join(place.logDir, `${JOB_ID}.report.json`), 'utf8')) as ReportFacts
  expect(facts.loudness).toMatchObject({ targetLufs: -16, isLimited: true })
  expect(facts.loudness?.measuredLufs).toBeCloseTo(before.level.lufs, 0)
  expect(await readFile(join(place.logDir, `${JOB_ID}.html`), 'utf8')).toContain('Loudness was set to')
})

it.each(['-4', 'loud'])('refuses %s, and says what is allowed', async (value) => {
  const ended = await place.run([cfg], { env: { OWT_AUDIO_LOUDNESS: value } })
  expect(ended.code).toBe(1)
  expect(ended.stderr).toContain('OWT_AUDIO_LOUDNESS')
  expect(ended.stderr).toContain('"off", or a loudness in LUFS from -40 to -8, such as -16')
})
