/** Maximum lengths of lists: more than any room needs, yet few enough to process each item. */
export const MOST = {
  names: 10_000,
  positions: 1000,
  templates: 200,
  regions: 1000,
  marks: 100,
  receivers: 50,
  slices: 100_000,
  updates: 5000,
}
