// The page of app/vue, as this project has it.
import "../../app/vue/main.js";
