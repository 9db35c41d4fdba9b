/** Makes one for each name, each at its first use. */
export function byName<T>(make: (name: string | undefined) => Promise<T>): (name: string | undefined) => Promise<T> {
  const made = new Map<string | undefined, () => Promise<T>>();
  return (name) => {
    const known = made.get(name) ?? remembered(() => make(name));
    made.set(name, known);
    return known();
  };
}

/** Makes once, at first use; a failure is tried again. */
export function remembered<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    if (!made) {
      made = make();
      made.catch(() => {
        made = undefined;
      });
    }
    return made;
  };
}
