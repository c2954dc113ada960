/** The description of the API, from the schemas of cfg.json and of the requests. Pure. */
import { z } from 'zod'
import { ACTIONS } from './actions/index.ts'
import { CODES } from './codes.ts'
import { envelopeSchema } from './request.ts'

type Node = Record<string, unknown>

/** @param version of the worker */
export function openApi(version: string): Node {
  const requests = ACTIONS.map((action) => ({
    name: schemaName(action.name),
    action: action.name,
    schema: schemaOf(envelopeSchema.extend({ Action: z.literal(action.name), Data: action.data })),
  }))
  const refs = requests.map(({ name }) => ({ $ref: `#/components/schemas/${name}` }))
  const mapping = Object.fromEntries(
    requests.map(({ name, action }) => [action, `#/components/schemas/${name}`]),
  )
  return {
    openapi: '3.1.0',
    info: {
      title: 'owt-main serve',
      version,
      description:
        "The vendor's recording and relay API for offline mixing. POST / always answers with HTTP 200; RetCode tells.",
    },
    paths: {
      '/': {
        post: {
          summary: 'An action',
          security: SECURITY,
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: { oneOf: refs, discriminator: { propertyName: 'Action', mapping } },
              },
            },
          },
          responses: {
            200: { description: 'The reply', content: jsonOf({ $ref: '#/components/schemas/Reply' }) },
          },
        },
      },
      '/healthz': get('Whether the process answers', { open: true }),
      '/readyz': get('Whether it takes jobs; 503 while it is ending', { open: true }),
      '/openapi.json': get('This description', { open: true }),
      '/metrics': get("Metrics in Prometheus' format", { type: 'text/plain' }),
      '/fleet': get('Machines, tasks and jobs of the AppId on the queue; where there is a queue', { queue: true }),
      '/queues': get('A page with the queues, for the operator; where there is a queue', {
        queue: true,
        type: 'text/html',
      }),
      '/jobs': get('Jobs of the AppId, the latest first', { query: ['limit', 'state'] }),
      '/jobs/{id}': get('A job', { path: true }),
      '/jobs/{id}/log': get('The log of its last run, JSON lines', {
        path: true,
        type: 'application/x-ndjson',
      }),
      '/jobs/{id}/events': get('Its events as they happen, and those that were missed (Last-Event-ID)', {
        path: true,
        type: 'text/event-stream',
      }),
    },
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: "A bearer token, or the vendor's Token" },
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Owt-Signature',
          description:
            'sha256=HMAC-SHA256(key, X-Owt-Time + "." + body) in hex, with X-Owt-Time in Unix seconds and X-Owt-App-Id; for GETs path and query in place of the body',
        },
      },
      schemas: {
        ...Object.fromEntries(requests.map(({ name, schema }) => [name, schema])),
        Reply: REPLY,
      },
    },
  }
}

const SECURITY = [{ bearer: [] }, { signature: [] }, {}]

const REPLY = {
  type: 'object',
  required: ['Version', 'Ack', 'RetCode', 'Message', 'Internal', 'Data'],
  properties: {
    Version: { type: 'string' },
    Ack: { type: 'string' },
    RetCode: { type: 'integer', enum: Object.values(CODES) },
    Message: { type: 'string' },
    Internal: { type: 'object' },
    Data: { type: 'object' },
  },
}

function get(
  summary: string,
  of: { open?: boolean; path?: boolean; queue?: boolean; query?: readonly string[]; type?: string } = {},
): Node {
  const { open = false, path = false, queue = false, query = [], type = 'application/json' } = of
  const parameters = [
    ...(path ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] : []),
    ...query.map((name) => ({ name, in: 'query', schema: { type: 'string' } })),
  ]
  const failures = open
    ? {}
    : { 401: { description: 'Not let in' }, 429: { description: 'Too many requests' } }
  return {
    get: {
      summary,
      ...(open ? {} : { security: SECURITY }),
      ...(parameters.length > 0 && { parameters }),
      responses: {
        200: { description: 'OK', content: { [type]: {} } },
        ...(path && { 404: { description: 'No such job' } }),
        ...(queue && { 503: { description: 'The queue cannot be reached' } }),
        ...failures,
      },
    },
  }
}

const jsonOf = (schema: object): Node => ({ 'application/json': { schema } })

/** "job.record.start" -> "JobRecordStart" */
const schemaName = (action: string): string =>
  action
    .split('.')
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('')

function schemaOf(schema: z.ZodType): Node {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    // Notes for docs/config.md.
    override({ jsonSchema }) {
      for (const name of ['vendor', 'sameAs', 'defaultText'])
        delete (jsonSchema as Record<string, unknown>)[name]
    },
  }) as Node
  return rest
}
