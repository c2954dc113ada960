/** Changes to sections of a job that is not running yet, and to what happens during the mix. Pure. */
import { codeOfProblems, isObject, problemsWithin } from '../cfg.ts'
import { CODES } from '../codes.ts'
import type { Section, Sections, ServedJob } from '../served-job.ts'
import {
  type Asked,
  type Outcome,
  alreadyRuns,
  isOutcome,
  noSuchJob,
  refused,
  sectionsOf,
  withUpdates,
} from './action.ts'

/** Subscribe and unsubscribe lists of one medium exclude one another: giving one replaces both. */
const LISTS = [
  ['SubscribeAudio', 'UnsubscribeAudio'],
  ['SubscribeVideo', 'UnsubscribeVideo'],
] as const

/** Fields that are given replace, fields that are not given stay, null takes away; arrays and objects as a whole. */
export function mergedSection(name: Section, before: unknown, given: unknown): unknown {
  if (!isObject(before) || !isObject(given)) return given
  const kept = new Map(Object.entries(before))
  if (name === 'SubscribeConfig')
    for (const pair of LISTS)
      if (pair.some((list) => given[list] !== undefined)) for (const list of pair) kept.delete(list)
  for (const [field, value] of Object.entries(given)) {
    if (value === null) kept.delete(field)
    else kept.set(field, value)
  }
  return Object.fromEntries(kept)
}

/** Sections of a request, merged into those of a job. */
export function mergedSections(
  before: Sections,
  data: Readonly<Record<string, unknown>>,
  names: readonly Section[],
): Sections {
  const given = names.filter((name) => data[name] !== undefined)
  return {
    ...before,
    ...Object.fromEntries(given.map((name) => [name, mergedSection(name, before[name], data[name])])),
  }
}

/**
 * Applies an update of some sections. With a time it is kept for the mix; without one it changes the job, which must
 * not be running. A job that waits for its turn has to stay one that can run.
 * @param options.names the sections that the action may carry
 * @param options.echoes the sections of the reply; those that were sent if absent
 */
export function updateSections(
  asked: Asked,
  options: { names: readonly Section[]; needs?: Section; echoes?: readonly Section[] },
): Outcome {
  const { request, job, world } = asked
  const { names, needs, echoes } = options
  if (!job) return noSuchJob()
  if (needs && request.data[needs] === undefined)
    return refused(CODES.badParameters, `Data.${needs}: missing`)
  const given = names.filter((name) => request.data[name] !== undefined)
  const changed: ServedJob = { ...job, sections: mergedSections(job.sections, request.data, given) }
  const isTimed = request.at !== undefined
  // Receivers may change at any time: they are data of the notifier, not of the plan.
  const isOfPlan = given.some((name) => name !== 'NotifyConfig') || isTimed
  if (job.state === 'running' && isOfPlan) return alreadyRuns()
  if (isTimed && request.data['TranscodingConfig'] !== undefined)
    return refused(
      CODES.badVideo,
      'Data.TranscodingConfig: one file has one canvas and one set of codecs; it cannot change at a time',
    )
  const { problems, warnings } = world.examine(changed)
  const wrong = job.state === 'queued' && !isTimed ? problems : problemsWithin(problems, given)
  if (wrong.length > 0) return refused(codeOfProblems(wrong), wrong.map(({ message }) => message).join('; '))
  const told = warnings.filter((text) => given.some((name) => text.startsWith(`Data.${name}`)))
  const data = (one: ServedJob) =>
    echoes ? sectionsOf(one, echoes) : { ...sectionsOf(one, []), ...pick(one.sections, given) }
  if (!isTimed) return { code: CODES.ok, job: changed, data: data(changed), warnings: told }
  const update = { At: request.at ?? 0, Action: request.action, Data: request.data }
  const kept = withUpdates(job, [update], { world, isRequest: true })
  if (isOutcome(kept)) return kept
  return { code: CODES.ok, job: kept, data: data(changed), warnings: told }
}

const pick = (sections: Sections, names: readonly Section[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(names.map((name) => [name, sections[name]]))
