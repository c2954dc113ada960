/** One time zone for a job: whatever shows a time of day shows it there, and names it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runFfmpeg } from '../harness/run-ffmpeg.ts'
import { JOB_ID, ROOM_START_MS, cfgOf, furnish, usePlace } from '../harness/run-worker.ts'

const place = usePlace(furnish)
const ZONE = 'Asia/Kolkata'

/** A moment there, which is 5.5 hours ahead of UTC all year. */
const there = (ms: number) => new Date(ms + 5.5 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

it('is that of watermark.zone: in the title of the film, the report, status and the log', async () => {
  const env = { OWT_WATERMARK_ZONE: ZONE }
  const cfg = await place.write('cfg.json', cfgOf())
  expect(await place.run(['--report', '--quiet', cfg], { env })).toMatchObject({ code: 0, stderr: '' })
  const { output } = await place.result()
  const { stderr } = await runFfmpeg(['-i', output?.path ?? '', '-f', 'ffmetadata', '-'])
  expect(stderr).toContain(`room ${there(ROOM_START_MS).slice(0, 16)} ${ZONE}`)
  const page = await readFile(join(place.logDir, `${JOB_ID}.html`), 'utf8')
  expect(page).toContain(`${there(ROOM_START_MS)} ${ZONE}`)
  const status = await place.run(['status'], { env })
  expect(status.stdout).toContain(`(${ZONE})`)
  const times = (await place.log(JOB_ID)).map(({ time }) => time)
  expect(status.stdout).toContain(there(Date.parse(times.at(-1) ?? '')).slice(0, 15))
  // Lines of the log are for programs too: in UTC, which each names.
  for (const time of times) expect(time).toMatch(/Z$/)
})
