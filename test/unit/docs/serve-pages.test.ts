/** docs/http-api.md, docs/operations.md and deploy/ against the service. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultConf } from '../../../src/config/conf.ts'
import { ACTIONS } from '../../../src/serve/actions/index.ts'
import { CODES } from '../../../src/serve/codes.ts'
import { openMetrics } from '../../../src/serve/metrics.ts'
import { openApi } from '../../../src/serve/openapi.ts'
import { textOf } from '../../harness/pages.ts'

const api = textOf('docs/http-api.md')
const operations = textOf('docs/operations.md')
const unit = textOf('deploy/owt-main.service')
const image = textOf('deploy/Dockerfile')
const { serve } = defaultConf()

describe('docs/http-api.md', () => {
  it('has every action with its Ack', () => {
    const shown = [...api.matchAll(/^\| `(job\.[\w.]+)` \| `(job\.[\w.]+)` \|/gm)].map(([, name, ack]) => [
      name,
      ack,
    ])
    expect(shown).toEqual(ACTIONS.map(({ name, ack }) => [name, ack]))
  })

  it('has every RetCode', () => {
    const shown = [...api.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
    expect(shown).toEqual(Object.values(CODES))
  })

  it('has every route', () => {
    const { paths } = openApi('0.0.0') as { paths: Record<string, object> }
    const shown = [...api.matchAll(/^\| `(\/[^`]+)` \|/gm)].map(([, path]) => path)
    expect(['/', ...shown].sort()).toEqual(Object.keys(paths).sort())
  })
})

describe('docs/operations.md', () => {
  it('names metrics that exist, and all of the service', async () => {
    const text = await openMetrics(
      () => ({ running: 0, waiting: 0 }),
      () => Promise.resolve(undefined),
    ).text()
    const made = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name))
    const named = [...operations.matchAll(/`((?:owt_serve|owt_fleet|process|nodejs)_\w+)/g)].map(
      ([, name = '']) => name,
    )
    expect(named.filter((name) => !made.has(name))).toEqual([])
    expect([...made].filter((name) => name.startsWith('owt_') && !named.includes(name))).toEqual([])
  })
})

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

describe('deploy/', () => {
  const secondsOf = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1])
  const least = serve.drainMs / 1000 + 30

  it('leaves jobs the time that the settings give them', () => {
    expect(secondsOf(unit, /^TimeoutStopSec=(\d+)$/m)).toBeGreaterThan(least)
    const pod = textOf('deploy/kubernetes-deployment.yaml')
    expect(secondsOf(pod, /terminationGracePeriodSeconds: (\d+)/)).toBeGreaterThan(least)
    // All processes of the unit would be told to stop at once, jobs too.
    expect(unit).toMatch(/^KillMode=mixed$/m)
  })

  it('listens where it is asked', () => {
    expect(image).toContain(`EXPOSE ${serve.port}`)
    expect(image).toContain(`http://127.0.0.1:${serve.port}/healthz`)
    expect(textOf('deploy/kubernetes-deployment.yaml')).toContain(`containerPort: ${serve.port}`)
  })

  it('runs as nobody special', () => {
    expect(unit).toMatch(/^User=owt$/m)
    expect(image).toMatch(/^USER 10001:10001$/m)
    for (const name of ['deployment', 'job']) {
      const text = textOf(`deploy/kubernetes-${name}.yaml`)
      for (const line of [
        'runAsNonRoot: true',
        'allowPrivilegeEscalation: false',
        'readOnlyRootFilesystem: true',
        "drop: ['ALL']",
      ])
        expect(text).toContain(line)
    }
  })

  it.runIf(hasSystemd)('has a unit that systemd takes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'owt-unit-'))
    try {
      // The program and its user are not on this machine.
      const here = unit
        .replace('/opt/owt-main/bin/owt-main', process.execPath)
        .replaceAll(/^(User|Group)=owt$/gm, '$1=root')
      const path = join(folder, 'owt-main.service')
      writeFileSync(path, here)
      const said = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' })
      expect(said.stderr.split('\n').filter((line) => line.includes('owt-main.service'))).toEqual([])
      expect(execFileSync('systemd-analyze', ['--version'], { encoding: 'utf8' })).toContain('systemd')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
