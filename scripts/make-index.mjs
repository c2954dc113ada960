/**
 * Makes a recording index of a folder of files, and prints it:
 *
 *   node scripts/make-index.mjs <JobId> <bucket folder> <folder below it> > <JobId>.json
 *
 * Files called `<room>_<user>_<1 camera, 2 screen>_<Unix time in ms>.webm` say all there is to know. Files of any other
 * name are each somebody's camera, and are taken to have begun together.
 */
import { readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'

const RECORDED = /^[^_]+_(?<stream>.+_\d+)_(?<ms>\d{13})\.\w+$/

const [jobId, bucket, root] = process.argv.slice(2)
if (jobId === undefined || bucket === undefined || root === undefined) {
  process.stderr.write('usage: node scripts/make-index.mjs <JobId> <bucket folder> <folder below it>\n')
  process.exit(1)
}
const names = readdirSync(join(bucket, root))
  .filter((name) => /\.(webm|mkv|mp4|m4a)$/i.test(name))
  .sort()
if (names.length === 0) {
  process.stderr.write(`${join(bucket, root)}: there is no .webm and no .mp4 in it\n`)
  process.exit(1)
}
const known = names.map((name) => RECORDED.exec(name)?.groups)
const starts = known.flatMap((one) => (one ? [Number(one.ms)] : []))
const startMs = starts.length > 0 ? Math.min(...starts) : Date.UTC(2026, 0, 1)
const files = names.map((name, i) => ({
  StreamId: known[i]?.stream ?? `${basename(name, extname(name))}_1`,
  Name: name,
  StartTime: known[i] ? Number(known[i].ms) : startMs,
}))
const index = { JobId: jobId, RoomId: jobId, StartTime: startMs, Root: root, Files: files }
process.stdout.write(`${JSON.stringify(index, null, 2)}\n`)
