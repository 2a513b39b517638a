// The page of app/react, as this project has it.
import "../../app/react/main.jsx";
