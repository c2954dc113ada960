/** Pipes, devices and folders where files are expected: nothing waits for what never comes. Pure. */
import { ANY } from './names.mjs'
import { pick, repeatedly } from './random.mjs'

const DEVICES = ['/dev/zero', '/dev/full', '/dev/random', '/dev/stdin', '/proc/self/mem', '/proc/kmsg']

export function pipes(job, random) {
  repeatedly(2, random, () => pick(PLACES, random)(job, random))
}

function instead(random) {
  const make = pick(['fifo', 'fifo', 'folder', 'link'], random)
  return make === 'link' ? { make, to: pick(DEVICES, random) } : { make }
}

const PLACES = [
  (job, random) => {
    const recording = pick(job.recordings.slice(1), random)
    if (recording.isMissing) return
    Object.assign(recording, { isMissing: true, isHonest: false, isShownOrTold: true })
    job.plants.push({ path: `bucket/rec/${recording.name}`, ...instead(random) })
  },
  (job, random) => own(job, `${job.id}.json`, random),
  (job, random) => own(job, 'cfg.json', random),
  (job, random) => own(job, 'conf.json', random),
  (job, random) => {
    job.cfg.Data.MixerConfig.WaterMark = [{ Type: 2, X: 2, Y: 2, Image: 'logo.png' }]
    own(job, 'logo.png', random)
  },
  (job, random) => own(job, `bucket/out/${job.id}.mp4`, random),
  (job, random) => own(job, `${job.work}/${job.id}`, random),
  (job, random) => own(job, `${job.work}/${job.id}/owt-job.json`, random),
  (job, random) => own(job, `${job.work}/.locks/${job.id}.lock`, random),
]

/** Puts something else in the place of one of the job's own files. */
function own(job, path, random) {
  if (job.plants.some((plant) => path === plant.path || path.startsWith(`${plant.path}/`))) return
  job.codes = ANY
  job.plants.push({ path, ...instead(random) })
}
