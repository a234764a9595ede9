// What all tests include is compiled for this file, see CMakeLists.txt.
