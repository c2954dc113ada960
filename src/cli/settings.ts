/** The deployment the worker runs from: its folder, its settings, and where it writes. */
import { existsSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { type Conf, type Settings, resolveConf, settingsOf } from '../config/conf.ts'
import { JobError } from '../errors.ts'
import { PACKAGE, bundledFont } from '../host/package.ts'
import type { Invocation } from './invocation.ts'
import { canWrite, ownFolder } from './own-folders.ts'
import { readRegularTextSync } from '../files/read-file.ts'

/**
 * The folder with conf/, logs/ and work/: the worker's own, or the current one if the worker is installed as a
 * dependency.
 */
const HOME = PACKAGE.split(sep).includes('node_modules') ? process.cwd() : PACKAGE

const HOME_CONF = join(HOME, 'conf')
const DEPLOYMENT = { home: HOME, env: process.env, canWrite }

export type { Settings } from '../config/conf.ts'

/** Reads the settings in ascending precedence: conf/, the file given by `--conf`, `OWT_` variables, options. */
export function readSettings({ conf: asked, speed }: Pick<Invocation, 'conf' | 'speed'>): Settings {
  return settingsOf(() => {
    const env = { ...process.env, ...(speed && { OWT_VIDEO_SPEED: speed }) }
    const { conf, warnings } = resolveConf({ layers: confLayers(asked), env })
    // A preset overrides the speed in the settings, but not the speed given as an option.
    const video = { ...conf.video, ...(speed && { preset: '' as const }) }
    return { conf: { ...conf, video }, warnings }
  })
}

/** The existing settings files; later ones take precedence. */
function confLayers(asked: string | undefined): { file: string; text: string }[] {
  const local = [HOME_CONF, ownFolder('conf', DEPLOYMENT)].map((folder) => join(folder, 'local.json'))
  const known = [join(PACKAGE, 'conf/default.json'), ...new Set(local)].filter(existsSync)
  const files = asked === undefined ? known : [...known, resolve(asked)]
  return files.map((file) => {
    try {
      return { file, text: readRegularTextSync(file) }
    } catch (error) {
      if (error instanceof JobError) throw error
      throw new JobError({ code: 'fileMissing', params: { path: file } }, { fault: 'config' })
    }
  })
}

export function placesOf(invocation: Invocation, conf: Conf) {
  const { logDir, workDir } = invocation
  return {
    cfgPath: resolve(invocation.cfgPath),
    logFolder: folderOf('logs', logDir, conf.logs.folder),
    workFolder: folderOf('work', workDir, conf.work.folder),
  }
}

/** Absolute path of the folder of jobs that the service has accepted. */
export function servePlaceOf(conf: Conf): string {
  return resolve(HOME, conf.serve.folder || 'serve')
}

/** @param asked by an option @param set in conf/; empty for the worker's own */
function folderOf(kind: 'logs' | 'work', asked: string | undefined, set: string): string {
  if (asked) return resolve(asked)
  return set ? resolve(HOME, set) : ownFolder(kind, DEPLOYMENT)
}

/** Absolute path of the font for watermarks. */
export function fontOf(conf: Conf): string {
  return conf.watermark.fontFile ? resolve(HOME, conf.watermark.fontFile) : bundledFont()
}
