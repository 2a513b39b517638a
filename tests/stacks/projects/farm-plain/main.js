// The page of app/plain, as this project has it.
import "../../app/plain/main.js";
