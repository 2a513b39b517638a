// Routes: home comes with the entry, every other page is a lazy chunk.
import { createRouter, createWebHistory } from "vue-router";
import { guard } from "./guard";
import HomePage from "./views/HomePage.vue";

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: () => ({ top: 0 }),
  routes: [
    { path: "/", name: "home", component: HomePage },
    { path: "/apply", name: "apply", component: () => import("./views/ApplyPage.vue") },
    { path: "/verify", name: "verify", component: () => import("./views/VerifyPage.vue") },
    { path: "/contract", name: "contract", component: () => import("./views/ContractPage.vue") },
    { path: "/repay", name: "repay", component: () => import("./views/RepayPage.vue") },
    { path: "/done", name: "done", component: () => import("./views/DonePage.vue") },
    { path: "/:any(.*)*", redirect: "/" },
  ],
});

// The step of the loan journey goes into every incident.
router.afterEach((to, _from, failure) => {
  if (!failure) guard.step(String(to.name));
});
