"""Runs EnergyPlus from Python as its program would be: energyplus.py -w WEATHER.epw -d FOLDER INPUT.idf"""

import sys

from pyenergyplus.api import EnergyPlusAPI

api = EnergyPlusAPI()
state = api.state_manager.new_state()
api.runtime.set_console_output_status(state, False)
# Without a run: what it costs to start Python and to load the library.
sys.exit(api.runtime.run_energyplus(state, sys.argv[1:]) if sys.argv[1:] else 0)
