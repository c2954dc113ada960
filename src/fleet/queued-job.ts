/** A whole job as it travels on the queue: what is to be made, without credentials and without receivers. Pure. */
import type { Conf } from '../config/conf.ts'
import { isHarmlessName } from '../config/secrets.ts'
import { withoutUserAndQuery } from '../config/findings.ts'
import { JobError } from '../errors.ts'
import type { Language } from '../messages/language.ts'
import { hashOf } from './task.ts'

export interface QueuedJob {
  readonly jobId: string
  readonly appId: string
  /** What it is called among the tasks of a fleet. */
  readonly name: 'job'
  /** Where cfg.json lies where the job was accepted: relative folders are relative to it. */
  readonly cfgPath: string
  /** The text of cfg.json, and of the index and the timed updates if they came with it. */
  readonly cfg: string
  readonly index: string | undefined
  /** Where the index is said to be, if it is no file. */
  readonly indexAt: string | undefined
  readonly updates: string | undefined
  /** The record of an earlier run, by which a job is known to be done. */
  readonly done: string | undefined
  readonly strict: boolean
  readonly force: boolean
  readonly language: Language
  /** What the job may reach, as decided where it was accepted. */
  readonly reach: Pick<Conf, 'network' | 'index'> & { readonly localRoots: Conf['storage']['localRoots'] }
}

/** Identifies a job on the queue: the same request, posted to several services, is one job. */
export function idOfQueued({ jobId, cfg, index, indexAt, updates, strict, force }: QueuedJob): string {
  const request = JSON.parse(cfg) as { Internal?: Record<string, unknown> }
  const { RequestId: _, ...internal } = request.Internal ?? {}
  const all = [jobId, { ...request, Internal: internal }, index, indexAt, updates, strict, force]
  return hashOf(JSON.stringify(all), 32)
}

/**
 * A request, an index or timed updates as text, with known harmless fields alone. Receivers stay where the job was
 * accepted, since that is where they are notified from.
 * @throws JobError `queuedSecret` if a URL has a user or a query, which may let whoever knows it in
 */
export const harmlessText = (value: unknown): string => JSON.stringify(harmless(value, ''))

function harmless(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((one, i) => harmless(one, `${path}[${i}]`))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, one]) =>
        name === 'NotifyConfig' || !isHarmlessName(name)
          ? []
          : [[name, harmless(one, path === '' ? name : `${path}.${name}`)]],
      ),
    )
  if (typeof value === 'string' && URL_TEXT.test(value) && withoutUserAndQuery(value) !== value)
    throw new JobError({ code: 'queuedSecret', params: { path } }, { fault: 'config' })
  return value
}

const URL_TEXT = /^[a-z][a-z0-9+.-]{0,30}:\/\//i
