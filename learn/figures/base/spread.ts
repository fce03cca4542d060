/** Keeps labels in a row apart. */

interface Item {
  readonly x: number;
  readonly width: number;
}

/** Each as near to its place as the others let it, in the order of their places, `gap` apart at least. */
export function spreadApart<T extends Item>(items: readonly T[], gap: number): T[] {
  const sorted = [...items].sort((a, b) => a.x - b.x);
  const groups: { items: T[]; centre: number; width: number }[] = [];
  for (const item of sorted) {
    let last = { items: [item], centre: item.x, width: item.width };
    for (
      let before = groups.at(-1);
      before !== undefined && tooNear(before, last, gap);
      before = groups.at(-1)
    ) {
      groups.pop();
      const items = [...before.items, ...last.items];
      const centre = items.reduce((sum, { x }) => sum + x, 0) / items.length;
      last = { items, centre, width: before.width + gap + last.width };
    }
    groups.push(last);
  }
  return groups.flatMap(({ items, centre, width }) => {
    let left = centre - width / 2;
    return items.map((item) => {
      const x = left + item.width / 2;
      left += item.width + gap;
      return { ...item, x };
    });
  });
}

function tooNear(
  a: { centre: number; width: number },
  b: { centre: number; width: number },
  gap: number,
): boolean {
  return a.centre + a.width / 2 + gap > b.centre - b.width / 2;
}
