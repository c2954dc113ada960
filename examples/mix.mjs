/**
 * Mixes the bundled room and prints what happens. From a clone: `node examples/mix.mjs`; in a project that has installed
 * the package, with the path of a cfg.json.
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mix } from 'owt-main'

const [cfg = join(import.meta.dirname, '../mixer/cfg.json')] = process.argv.slice(2)
const stopping = new AbortController()
process.once('SIGINT', () => stopping.abort())

const job = mix({
  cfg,
  workFolder: join(tmpdir(), 'owt-main-example'),
  settings: { video: { speed: 'fast' } },
  signal: stopping.signal,
})

for await (const event of job) {
  switch (event.kind) {
    case 'started':
      console.log(`${event.recordings} recordings; the room began ${new Date(event.startMs).toISOString()}`)
      break
    case 'planned':
      console.log(`${event.segments.length} segments, ${(event.endMs - event.startMs) / 1000} s`)
      break
    case 'progress':
      if (event.total > 0) console.log(`${event.phase}: ${Math.round((100 * event.done) / event.total)} %`)
      break
    case 'warning':
      console.warn(event.message)
      break
  }
}

const { status, error, output } = await job.result
console.log(status === 'ok' ? `${output.bucket}/${output.key}: ${output.bytes} bytes` : error.message)
process.exitCode = status === 'ok' ? 0 : 1
