// v-hook: puts a data-t mark on the input inside a Vant field, whose own attributes land on a wrapper.
import type { Directive } from "vue";

export const vHook: Directive<HTMLElement, string> = {
  mounted(el, { value }) {
    el.querySelector("input")?.setAttribute("data-t", value);
  },
};
