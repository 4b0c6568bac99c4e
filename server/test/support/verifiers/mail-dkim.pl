# Verifies one DKIM signature against key records, without DNS, with Mail::DKIM: the same input and output as dkimpy-records.py.
use strict;
use warnings;
use JSON::PP;
use Mail::DKIM::Verifier;
use Mail::DKIM::DNS;
use Net::DNS;

$| = 1;
my $json = JSON::PP->new->allow_nonref;
my $message = $json->decode(scalar <STDIN>);
my $records;

sub character_strings {
  my @parts = $_[0] =~ /(.{1,255})/gs;
  s/([\\"]|[^\x20-\x7e])/sprintf '\\%03d', ord $1/ge for @parts;
  return @parts ? @parts : ('');
}

no warnings 'redefine';
*Mail::DKIM::DNS::query = sub {
  my ($name, $type) = @_;
  $@ = '';
  return map { Net::DNS::RR->new(owner => $name, type => 'TXT', txtdata => [character_strings($_)]) } @$records;
};

while (my $line = <STDIN>) {
  $records = $json->decode($line);
  my $result = eval {
    my $verifier = Mail::DKIM::Verifier->new;
    $verifier->PRINT($message);
    $verifier->CLOSE;
    $verifier->result_detail;
  };
  print $json->encode(defined $result ? $result : "error $@"), "\n";
}
