/** VitePress's own theme, with what makes pages run: loaded once a page is there, which reads well without it. */
import { type Theme, useRouter } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { nextTick, onMounted } from 'vue';
import 'katex/dist/katex.min.css';
import '../../styles/site.css';
import '../../styles/code.css';
import '../../styles/panel.css';

export default {
  extends: DefaultTheme,
  setup() {
    const router = useRouter();
    const wake = async (): Promise<void> => {
      await nextTick();
      const { wakeElements } = await import('../../elements/index.js');
      await wakeElements();
    };
    onMounted(() => {
      router.onAfterPageLoad = () => void wake();
      router.onAfterRouteChange = () => void wake();
      void wake();
    });
  },
} satisfies Theme;
