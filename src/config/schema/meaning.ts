/**
 * What `.meta()` says of a field of cfg.json or of the index, next to its shape: with the shapes, the source of the JSON
 * Schemas and docs/config.md. Texts are Markdown with `code` only.
 */
import { z } from 'zod'

declare module 'zod' {
  interface GlobalMeta {
    /** The default, if it is a value. */
    default?: unknown
    /** The default, if it depends on something. */
    defaultText?: string
    /** What the vendor's document says, if the worker does otherwise. */
    vendor?: string | undefined
    /** Path of another field with the same shape, where the fields below both are described. */
    sameAs?: string
  }
}

export type Meaning = Readonly<z.GlobalMeta>

/** The vendor's document requires the field. */
export const REQUIRED = 'required'

/** The vendor's document has no such field. */
export const OURS = 'not there; ours'

/** Returns the meaning of a field; undefined if it has none. @param field the schema in the object's shape */
export const meaningOf = (field: z.ZodType): Meaning | undefined => z.globalRegistry.get(field)

/** The `$schema` of a file. */
export const schemaLink = z.string().optional().meta({
  description: 'The JSON Schema of this file, for editors: a path or URL. The worker does not read it.',
  vendor: OURS,
})
