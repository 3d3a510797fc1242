require('stator/jest').useStator()
