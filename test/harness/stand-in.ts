/** An object that stands for another, which is made later or anew for each test. */
export function standIn<T extends object>(current: () => T): T {
  return new Proxy({} as T, { get: (_, member) => current()[member as keyof T] })
}
