// The page of app/solid, as this project has it.
import "../../app/solid/main.jsx";
