// Runs a fuzz target over the files of its corpus, so that every build holds what fuzzing found.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <system_error>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "expected one argument, the folder of the corpus\n";
    return EXIT_FAILURE;
  }
  std::error_code error;
  std::size_t replayed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1], error)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string input((std::istreambuf_iterator<char>(file)),
                            std::istreambuf_iterator<char>());
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    ++replayed;
  }
  if (error || replayed == 0) {
    std::cerr << argv[1] << ": no inputs to replay\n";
    return EXIT_FAILURE;
  }
  std::cout << replayed << " inputs replayed\n";
  return EXIT_SUCCESS;
}
