"""A Modbus RTU board of another make: pymodbus on a serial line. Arguments: device file. Standard input: lines of commands for its hands.

input N 0|1, coil N 0|1 and coils; each is answered by one line. It ends with its standard input.
"""

import asyncio
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncSerialServer
from pymodbus.transaction import ModbusRtuFramer

COILS, INPUTS = 1, 2


async def main():
    # zero_mode: the address on the line is the index in the block.
    store = ModbusSlaveContext(
        di=ModbusSequentialDataBlock(0, [0] * 16), co=ModbusSequentialDataBlock(0, [0] * 16), zero_mode=True
    )
    context = ModbusServerContext(slaves={1: store}, single=False)
    serving = asyncio.ensure_future(
        StartAsyncSerialServer(
            context=context, framer=ModbusRtuFramer, port=sys.argv[1], baudrate=9600, timeout=0.005, ignore_missing_slaves=True
        )
    )
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print("ready", flush=True)
    while line := (await reader.readline()).decode().split():
        if serving.done():
            serving.result()
        if line[0] == "coils":
            print("".join(str(int(bit)) for bit in store.getValues(COILS, 0, 8)), flush=True)
        else:
            store.setValues(INPUTS if line[0] == "input" else COILS, int(line[1]), [int(line[2])])
            print("done", flush=True)


asyncio.run(main())
