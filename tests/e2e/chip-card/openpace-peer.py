"""The terminal's side of PACE by OpenPACE (libeac), which is not ours.

Arguments: the password's kind (can or mrz) and the password. Standard input: EF.CardAccess, then the chip's answers; standard
output: what the terminal sends. One value in hexadecimal a line, without the objects around it. The last line says how it ended.
"""

import ctypes
import sys

eac = ctypes.CDLL("libeac.so.3")
crypto = ctypes.CDLL("libcrypto.so.3")


class Buffer(ctypes.Structure):
    _fields_ = [("length", ctypes.c_size_t), ("data", ctypes.c_void_p), ("max", ctypes.c_size_t), ("flags", ctypes.c_ulong)]


BufferPointer = ctypes.POINTER(Buffer)
crypto.BUF_MEM_new.restype = BufferPointer
crypto.BUF_MEM_grow.argtypes = [BufferPointer, ctypes.c_size_t]
eac.EAC_CTX_new.restype = ctypes.c_void_p
eac.EAC_CTX_init_ef_cardaccess.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p]
eac.PACE_SEC_new.restype = ctypes.c_void_p
eac.PACE_SEC_new.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
eac.PACE_STEP2_dec_nonce.argtypes = [ctypes.c_void_p, ctypes.c_void_p, BufferPointer]
for name in ("PACE_STEP3A_generate_mapping_data", "PACE_STEP3B_generate_ephemeral_key"):
    getattr(eac, name).restype = BufferPointer
    getattr(eac, name).argtypes = [ctypes.c_void_p]
for name in ("PACE_STEP3A_map_generator", "PACE_STEP3B_compute_shared_secret", "PACE_STEP3D_verify_authentication_token"):
    getattr(eac, name).argtypes = [ctypes.c_void_p, BufferPointer]
eac.PACE_STEP3D_compute_authentication_token.restype = BufferPointer
eac.PACE_STEP3D_compute_authentication_token.argtypes = [ctypes.c_void_p, BufferPointer]
eac.PACE_STEP3C_derive_keys.argtypes = [ctypes.c_void_p]


def receive():
    return bytes.fromhex(sys.stdin.readline().strip())


def buffer(content):
    made = crypto.BUF_MEM_new()
    crypto.BUF_MEM_grow(made, len(content))
    ctypes.memmove(made.contents.data, content, len(content))
    return made


def send(pointer):
    print(ctypes.string_at(pointer.contents.data, pointer.contents.length).hex(), flush=True)


def must(result, step):
    if not result:
        print(f"failed: {step}", flush=True)
        sys.exit(1)
    return result


eac.EAC_init()
context = must(eac.EAC_CTX_new(), "context")
card_access = receive()
must(eac.EAC_CTX_init_ef_cardaccess(card_access, len(card_access), context), "EF.CardAccess")
kind, password = sys.argv[1], sys.argv[2].encode()
secret = must(eac.PACE_SEC_new(password, len(password), {"mrz": 1, "can": 2}[kind]), "password")
must(eac.PACE_STEP2_dec_nonce(context, secret, buffer(receive())), "nonce")
send(must(eac.PACE_STEP3A_generate_mapping_data(context), "mapping data"))
must(eac.PACE_STEP3A_map_generator(context, buffer(receive())), "mapping")
send(must(eac.PACE_STEP3B_generate_ephemeral_key(context), "ephemeral key"))
chip_key = receive()
must(eac.PACE_STEP3B_compute_shared_secret(context, buffer(chip_key)), "shared secret")
must(eac.PACE_STEP3C_derive_keys(context), "keys")
send(must(eac.PACE_STEP3D_compute_authentication_token(context, buffer(chip_key)), "token"))
verified = eac.PACE_STEP3D_verify_authentication_token(context, buffer(receive()))
print("open" if verified == 1 else "failed: the chip's token", flush=True)
