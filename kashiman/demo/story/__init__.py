"""Half a year of the city, one chapter a file, each through the same operations as everywhere."""
